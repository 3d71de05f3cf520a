/** Memory that a program works on before it has addresses, and the values that lie in it. */

import type { Shape } from "@tatami/graph";
import { countOf } from "./plan.ts";

/** How long something is kept: for a run's part, for good, or until its results are read. */
export type Lifetime = "temporary" | "static" | "weights" | "inputs" | "results";

/** Room for a picture inside its border, or for floats in a row. */
export interface Storage {
  readonly form: PlaneForm | FlatForm;
  lifetime: Lifetime;
  /** Names it in its region. */
  name?: string;
}

/** A padded plane: `lanes` floats a pixel, 1 or a multiple of four. */
export interface PlaneForm {
  readonly kind: "plane";
  readonly width: number;
  readonly height: number;
  readonly lanes: number;
}

/** Floats in a row. */
export interface FlatForm {
  readonly kind: "flat";
  readonly count: number;
}

/** A node's value: where it lies, and how. */
export type Value = FlatValue | PlaneValue | NativeValue | RepeatedValue;

/** Row-major. */
export interface FlatValue {
  readonly layout: "flat";
  readonly shape: Shape;
  readonly storage: Storage;
}

/** A picture `[1, c, h, w]`, its channels pixel by pixel; lanes beyond `c` are zero. */
export interface PlaneValue {
  readonly layout: "plane";
  readonly shape: Shape;
  readonly storage: Storage;
}

/** A convolution's kernel `[o, i, kh, kw]` as the kernels keep it: `[tall][wide][input lanes][output lanes]`. */
export interface NativeValue {
  readonly layout: "native";
  readonly shape: Shape;
  readonly storage: Storage;
  readonly tall: number;
  readonly wide: number;
  readonly inputLanes: number;
  readonly outputLanes: number;
}

/** A value repeated along its dimensions of size 1, not yet written out. */
export interface RepeatedValue {
  readonly layout: "repeated";
  readonly shape: Shape;
  readonly of: WrittenValue;
}

/** A value that lies in memory as it is. */
export type WrittenValue = FlatValue | PlaneValue | NativeValue;

/** Lanes of a pixel: one channel stands alone, more come in fours. */
export function lanesOf(channels: number): number {
  return channels === 1 ? 1 : Math.ceil(channels / 4) * 4;
}

/** Whether a shape is that of one picture with more than one pixel. */
export function isPicture(shape: Shape): boolean {
  return shape.length === 4 && shape[0] === 1 && shape[2]! * shape[3]! > 1;
}

/** Floats in a row, to be named and kept as asked. */
export function flatStorage(count: number, lifetime: Lifetime = "temporary", name?: string): Storage {
  return { form: { kind: "flat", count }, lifetime, ...(name !== undefined && { name }) };
}

/** Room for a picture of this shape. @param lanes of a pixel; as many as the channels need when left out */
export function planeStorage(shape: Shape, lanes: number = lanesOf(shape[1]!)): Storage {
  return {
    form: { kind: "plane", width: shape[3]!, height: shape[2]!, lanes },
    lifetime: "temporary",
  };
}

/** A new flat value. */
export function flatValue(shape: Shape, storage: Storage = flatStorage(countOf(shape))): FlatValue {
  return { layout: "flat", shape, storage };
}

/** A new picture. */
export function planeValue(shape: Shape, storage: Storage = planeStorage(shape)): PlaneValue {
  return { layout: "plane", shape, storage };
}

/** The lanes of a picture's pixel. */
export function pixelLanes(value: PlaneValue): number {
  return (value.storage.form as PlaneForm).lanes;
}

/** Strides of a row-major shape, in elements. */
export function rowMajorStrides(shape: Shape): readonly number[] {
  let stride = 1;
  return shape
    .toReversed()
    .map((size) => {
      const own = stride;
      stride *= size;
      return own;
    })
    .toReversed();
}
