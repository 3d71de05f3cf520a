/** Any value as memory with strides: what copying and adding up need to know of it. */

import type { Shape } from "@tatami/graph";
import type { NativeValue, PlaneForm, Storage, Value } from "./storage.ts";
import { rowMajorStrides } from "./storage.ts";

/** Elements of a storage, in floats. */
export interface View {
  readonly storage: Storage;
  readonly offset: number;
  /** From one element to the next along each dimension. */
  readonly strides: readonly number[];
}

/** Pixels of zeros beside a picture: the kernels' reach, and what they overrun. */
export function borderOf(radius: number): {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
} {
  return { left: radius, top: radius, right: radius + 8, bottom: radius + 4 };
}

/** Floats from one row of a picture to the next. */
export function rowStride({ width, lanes }: PlaneForm, radius: number): number {
  const { left, right } = borderOf(radius);
  return (left + width + right) * lanes;
}

/** Where a value's elements lie, whatever its layout. @param radius of the pictures' borders */
export function viewOf(value: Value, radius: number): View {
  switch (value.layout) {
    case "flat":
      return { storage: value.storage, offset: 0, strides: rowMajorStrides(value.shape) };
    case "plane": {
      const form = value.storage.form as PlaneForm;
      return { storage: value.storage, offset: 0, strides: [0, 1, rowStride(form, radius), form.lanes] };
    }
    case "native":
      return nativeView(value);
    case "repeated": {
      const { storage, offset, strides } = viewOf(value.of, radius);
      return {
        storage,
        offset,
        strides: strides.map((stride, axis) => (value.of.shape[axis] === 1 ? 0 : stride)),
      };
    }
  }
}

/** A smaller kernel lies in the middle. */
function nativeView({ storage, shape, tall, wide, inputLanes, outputLanes }: NativeValue): View {
  const [, , height, width] = shape as readonly [number, number, number, number];
  const tap = inputLanes * outputLanes;
  const offset = (((tall - height) / 2) * wide + (wide - width) / 2) * tap;
  return { storage, offset, strides: [1, outputLanes, wide * tap, tap] };
}

/** The same elements with some dimensions exchanged. */
export function permuted(view: View, order: readonly number[]): View {
  return { ...view, strides: order.map((axis) => view.strides[axis]!) };
}

/** The same elements from a place on. */
export function from(view: View, axis: number, start: number): View {
  return { ...view, offset: view.offset + start * view.strides[axis]! };
}

/** The last elements of some dimensions first. */
export function turned(view: View, shape: Shape, axes: readonly number[]): View {
  return {
    ...view,
    offset: view.offset + axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * view.strides[axis]!, 0),
    strides: view.strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
  };
}
