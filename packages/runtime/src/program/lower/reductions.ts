/** Sums and means along axes. */

import type { Node, Shape } from "@tatami/graph";
import { data, plane } from "../instruction.ts";
import type { Lowering } from "../lowering.ts";
import { emit, emitClear, emitStrided, toFlat, valueOf } from "../lowering.ts";
import { countOf } from "../plan.ts";
import type { PlaneValue, Value } from "../storage.ts";
import { flatValue, planeStorage, planeValue } from "../storage.ts";
import { unary } from "./elementwise.ts";
import { unaryCodes } from "@tatami/kernels";
import { viewOf } from "../view.ts";

/** A sum, or a mean. */
export function lowerReduction(lowering: Lowering, node: Node<"sum"> | Node<"mean">): Value {
  const value = valueOf(lowering, node.sources[0]!);
  const { axes } = node.arg;
  const factor = node.op === "mean" ? 1 / countOf(axes.map((axis) => value.shape[axis]!)) : 1;
  return reduce(lowering, value, axes, factor);
}

/** `factor` times the sum along axes, which stay as dimensions of size 1. */
function reduce(lowering: Lowering, value: Value, axes: readonly number[], factor: number): Value {
  const shape = value.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  if (value.layout === "plane") {
    const along = axes.filter((axis) => value.shape[axis] !== 1).join();
    if (along === "") return scaled(lowering, value, factor);
    const channels = value.shape[1] === 1 ? ",1" : "";
    const rest = `${along}${channels}`;
    if (rest === "1,2,3" || along === "2,3,1" || (along === "2,3" && value.shape[1] === 1))
      return sumAll(lowering, value, shape, factor);
    if (along === "2,3") return sumPixels(lowering, value, shape, factor);
    if (along === "1") return sumChannels(lowering, value, shape, factor);
  }
  return sumStrided(lowering, value, shape, factor);
}

function scaled(lowering: Lowering, value: Value, factor: number): Value {
  return factor === 1 ? value : unary(lowering, value, { code: unaryCodes.affine, a: factor, b: 0 });
}

function sumAll(lowering: Lowering, value: PlaneValue, shape: Shape, factor: number): Value {
  const target = flatValue(shape);
  emitClear(lowering, target.storage);
  emit(
    lowering,
    "sumAll",
    [plane(value.storage), value.shape[1]!, data(target.storage), factor],
    target.storage,
  );
  return target;
}

function sumPixels(lowering: Lowering, value: PlaneValue, shape: Shape, factor: number): Value {
  const target = flatValue(shape);
  emitClear(lowering, target.storage);
  emit(lowering, "sumPixels", [plane(value.storage), data(target.storage), factor], target.storage);
  return target;
}

function sumChannels(lowering: Lowering, value: PlaneValue, shape: Shape, factor: number): Value {
  const target = planeValue(shape, planeStorage(shape));
  emitClear(lowering, target.storage);
  emit(
    lowering,
    "sumChannels",
    [plane(value.storage), value.shape[1]!, plane(target.storage), factor],
    target.storage,
  );
  return target;
}

/** Any axes of anything: one element at a time. All of something flat is one row. */
function sumStrided(lowering: Lowering, value: Value, shape: Shape, factor: number): Value {
  const target = flatValue(shape);
  emitClear(lowering, target.storage);
  if (countOf(shape) === 1) {
    const row = toFlat(lowering, value);
    emit(lowering, "sumAll", [plane(row.storage), 1, data(target.storage), factor], target.storage);
    return target;
  }
  const view = viewOf(target, lowering.radius);
  const strides = view.strides.map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  emitStrided(lowering, "addStrided", value.shape, viewOf(value, lowering.radius), { ...view, strides });
  return scaled(lowering, target, factor);
}
