/** What lowering an op has at hand: the values of its sources in the layout it wants, and calls to emit. */

import type { Node, Shape } from "@tatami/graph";
import { TatamiError } from "@tatami/core";
import { unaryCodes } from "@tatami/kernels";
import type { Argument, Instruction } from "./instruction.ts";
import { data, instruction, plane } from "./instruction.ts";
import type { Kernel } from "./plan.ts";
import { countOf } from "./plan.ts";
import type { FlatValue, PlaneValue, Storage, Value } from "./storage.ts";
import { flatValue, pixelLanes, planeStorage, planeValue } from "./storage.ts";
import type { View } from "./view.ts";
import { viewOf } from "./view.ts";

/** What is asked of a graph beside its nodes. */
export interface Graph {
  usersOf(node: Node): readonly Node[];
  shapeOf(node: Node): Shape;
}

/** The state of lowering one program; who uses a node is told of those that are lowered. */
export interface Lowering extends Graph {
  /** Of the pictures' borders: the reach of the largest kernel. */
  readonly radius: number;
  /** Calls at every run, and those for weights alone. */
  readonly onRun: Instruction[];
  readonly onWeights: Instruction[];
  readonly values: Map<Node, Value>;
  /** Numbers that memory begins with. */
  readonly constants: Map<Storage, Float32Array>;
  /** The same value in another layout. */
  readonly converted: Map<Value, Value[]>;
  /** The description of Winograd's working memory for pixels of so many lanes. */
  scratchFor(lanes: number): Argument;
}

/** A node that is computed from others than its sources. */
export interface Pattern {
  /** What it needs. */
  readonly inputs: readonly Node[];
  lower(lowering: Lowering): Value;
}

/** The value of a node that has been lowered. */
export function valueOf(lowering: Lowering, node: Node): Value {
  const value = lowering.values.get(node);
  if (value) return value;
  throw new TatamiError({
    code: "internal",
    message: `A ${node.op} is used before it is computed.`,
    fix: "Report this with the program.",
  });
}

/** Adds a call. */
export function emit(
  lowering: Lowering,
  kernel: Kernel,
  args: Instruction["args"],
  writes: Storage,
  reuse: readonly Storage[] = [],
): void {
  lowering.onRun.push(instruction(kernel, args, writes, reuse));
}

/** Copies elements from one view to another of the same sizes, adds them, or sums them up along the last dimension: at every run, or when weights change. */
export function emitStrided(
  lowering: Lowering,
  kernel: "copyStrided" | "addStrided" | "cumulateStrided",
  sizes: Shape,
  source: View,
  target: View,
  onWeights = false,
): void {
  const missing = Array.from({ length: 6 - sizes.length }, () => 0);
  const bytes = (strides: readonly number[]): readonly number[] => [
    ...missing,
    ...strides.map((stride) => stride * 4),
  ];
  const table = [
    data(source.storage, source.offset),
    data(target.storage, target.offset),
    ...missing.map(() => 1),
    ...sizes,
    ...bytes(source.strides),
    ...bytes(target.strides),
  ];
  const list = onWeights ? lowering.onWeights : lowering.onRun;
  list.push(instruction(kernel, [{ table }], target.storage));
}

/** Sets floats to zero, for kernels that add to them. */
export function emitClear(lowering: Lowering, storage: Storage): void {
  emit(lowering, "unary", [unaryCodes.fill, plane(storage), plane(storage), 0, 0], storage);
}

/** A node's value, row-major. */
export function flatOf(lowering: Lowering, node: Node): FlatValue {
  return toFlat(lowering, valueOf(lowering, node));
}

/** A node's value as a picture. */
export function planeOf(lowering: Lowering, node: Node): PlaneValue {
  return toPlane(lowering, valueOf(lowering, node));
}

/** A value, row-major. */
export function toFlat(lowering: Lowering, value: Value): FlatValue {
  if (value.layout === "flat") return value;
  return convert(lowering, value, "flat", () => flatValue(value.shape)) as FlatValue;
}

/** A value as a picture. @throws TatamiError `invalid-model` for what is no single picture. */
export function toPlane(lowering: Lowering, value: Value): PlaneValue {
  if (value.layout === "plane") return value;
  if (value.shape.length !== 4 || value.shape[0] !== 1) {
    throw new TatamiError({
      code: "invalid-model",
      message: `A tensor [${value.shape.join(", ")}] is used as a picture, but is not one picture of four dimensions.`,
      fix: "Build the loss so that each example is one picture, or use the engine cpu.",
      detail: { shape: value.shape.join("×") },
    });
  }
  return convert(lowering, value, "plane", () => planeValue(value.shape)) as PlaneValue;
}

function convert(
  lowering: Lowering,
  value: Value,
  layout: "flat" | "plane",
  make: () => FlatValue | PlaneValue,
): Value {
  const known = lowering.converted.get(value) ?? [];
  const found = known.find((each) => each.layout === layout);
  if (found) return found;
  const target = make();
  emitStrided(
    lowering,
    "copyStrided",
    value.shape,
    viewOf(value, lowering.radius),
    viewOf(target, lowering.radius),
  );
  lowering.converted.set(value, [...known, target]);
  return target;
}

/** The picture with four lanes at least: what kernels of several channels take. */
export function widened(lowering: Lowering, value: PlaneValue): PlaneValue {
  if (pixelLanes(value) > 1) return value;
  const known = lowering.converted.get(value) ?? [];
  const found = known.find((each): each is PlaneValue => each.layout === "plane" && pixelLanes(each) > 1);
  if (found) return found;
  const wide = planeValue(value.shape, planeStorage(value.shape, 4));
  lowering.converted.set(value, [...known, wide]);
  emit(lowering, "copyChannels", [plane(value.storage), 0, plane(wide.storage), 0, 1], wide.storage);
  return wide;
}

/** A picture of one channel that was computed with four lanes, as others expect it. */
export function narrowed(lowering: Lowering, value: PlaneValue): PlaneValue {
  if (value.shape[1] !== 1 || pixelLanes(value) === 1) return value;
  const narrow = planeValue(value.shape);
  emit(lowering, "copyChannels", [plane(value.storage), 0, plane(narrow.storage), 0, 1], narrow.storage);
  return narrow;
}

/** Whether a value is a single number. */
export function isNumber(value: Value): boolean {
  return countOf(value.layout === "repeated" ? value.of.shape : value.shape) === 1;
}
