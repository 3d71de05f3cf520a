/** Ops that look at one number at a time, and at two. */

import type { Node, Op, Shape } from "@tatami/graph";
import { binaryCodes, operandCodes, unaryCodes } from "@tatami/kernels";
import { data, plane } from "../instruction.ts";
import type { Lowering } from "../lowering.ts";
import { emit, isNumber, toFlat, toPlane, valueOf } from "../lowering.ts";
import type { FlatValue, PlaneValue, Value } from "../storage.ts";
import { flatStorage, flatValue, isPicture, pixelLanes, planeStorage, planeValue } from "../storage.ts";

/** What an op of one source is to the kernels. */
export interface UnaryOp {
  readonly code: number;
  readonly a?: number;
  readonly b?: number;
}

const codeOfUnary: Partial<Record<Op, number>> = {
  relu: unaryCodes.relu,
  absolute: unaryCodes.absolute,
  squareRoot: unaryCodes.squareRoot,
  exponential: unaryCodes.exponential,
  logarithm: unaryCodes.logarithm,
  sigmoid: unaryCodes.sigmoid,
  sign: unaryCodes.sign,
  isPositive: unaryCodes.isPositive,
};

/** What they make of zero is not zero: lanes beyond the channels have to be cleared behind them. */
const raisesZero: ReadonlySet<number> = new Set([
  unaryCodes.exponential,
  unaryCodes.logarithm,
  unaryCodes.sigmoid,
  unaryCodes.isWithin,
  unaryCodes.clip,
  unaryCodes.affine,
  unaryCodes.charbonnier,
]);

/** An op of one source. */
export function lowerUnary(lowering: Lowering, node: Node): Value {
  const limits = node.arg as { readonly minimum?: number; readonly maximum?: number };
  const code =
    node.op === "clip"
      ? unaryCodes.clip
      : node.op === "isWithin"
        ? unaryCodes.isWithin
        : codeOfUnary[node.op]!;
  return unary(lowering, valueOf(lowering, node.sources[0]!), {
    code,
    a: limits.minimum ?? 0,
    b: limits.maximum ?? 0,
  });
}

/** Applies an op of one source, in the layout that its source has. */
export function unary(lowering: Lowering, value: Value, { code, a = 0, b = 0 }: UnaryOp): Value {
  const source = value.layout === "plane" ? value : toFlat(lowering, value);
  const target = like(source);
  emit(lowering, "unary", [code, plane(source.storage), plane(target.storage), a, b], target.storage, [
    source.storage,
  ]);
  if (raisesZero.has(code)) clearLanes(lowering, target);
  return target;
}

type BinaryOp = "add" | "subtract" | "multiply" | "divide";

/** Of the op, and of the op with its sources exchanged. */
const codesOfBinary: Readonly<Record<BinaryOp, readonly [number, number]>> = {
  add: [binaryCodes.add, binaryCodes.add],
  subtract: [binaryCodes.subtract, binaryCodes.subtractFrom],
  multiply: [binaryCodes.multiply, binaryCodes.multiply],
  divide: [binaryCodes.divide, binaryCodes.divideInto],
};

/** An op of two sources, the second repeated where it has to be. */
export function lowerBinary(lowering: Lowering, node: Node): Value {
  const [first, second] = node.sources.map((source) => valueOf(lowering, source)) as [Value, Value];
  return binary(lowering, node.op as BinaryOp, first, second);
}

/** `first op second`. */
export function binary(lowering: Lowering, op: BinaryOp, first: Value, second: Value): Value {
  const [code, turnedCode] = codesOfBinary[op];
  // what is repeated to the other's shape is better the second
  if (first.layout === "repeated" && second.layout !== "repeated") {
    if (second.shape.join() === first.shape.join()) return combine(lowering, turnedCode, second, first);
  }
  if (first.layout === "native" && second.layout === "native" && sameNative(first, second)) {
    const count = first.tall * first.wide * first.inputLanes * first.outputLanes;
    const target = { ...first, storage: flatStorage(count) };
    emit(
      lowering,
      "binary",
      [code, operandCodes.plane, plane(first.storage), plane(second.storage), plane(target.storage)],
      target.storage,
      [first.storage, second.storage],
    );
    return target;
  }
  return combine(lowering, code, first, second);
}

function sameNative(first: Value & { layout: "native" }, second: Value & { layout: "native" }): boolean {
  return (
    first.tall === second.tall &&
    first.wide === second.wide &&
    first.inputLanes === second.inputLanes &&
    first.outputLanes === second.outputLanes &&
    first.shape.join() === second.shape.join()
  );
}

function combine(lowering: Lowering, code: number, first: Value, second: Value): Value {
  const pictures = [first, second].some(({ layout }) => layout === "plane") && isPicture(first.shape);
  const source = pictures ? toPlane(lowering, first) : toFlat(lowering, first);
  const target = like(source);
  const { operand, argument, reuse } = operandOf(lowering, second, source);
  emit(
    lowering,
    "binary",
    [code, operand, plane(source.storage), argument, plane(target.storage)],
    target.storage,
    [source.storage, ...reuse],
  );
  if (operand !== operandCodes.plane || code === binaryCodes.divide || code === binaryCodes.divideInto)
    clearLanes(lowering, target);
  return target;
}

function operandOf(lowering: Lowering, second: Value, first: FlatValue | PlaneValue) {
  const seen = second.layout === "repeated" ? second.of : second;
  if (isNumber(second)) {
    const number = toFlat(lowering, seen);
    return { operand: operandCodes.number, argument: data(number.storage), reuse: [] };
  }
  if (first.layout === "flat") {
    const same = toFlat(lowering, repeatedTo(second, first.shape));
    return { operand: operandCodes.plane, argument: plane(same.storage), reuse: [same.storage] };
  }
  const [, channels, height, width] = seen.shape as readonly [number, number, number, number];
  const [, ownChannels, ownHeight, ownWidth] = first.shape as readonly [number, number, number, number];
  if (height === 1 && width === 1 && channels === ownChannels && pixelLanes(first) > 1) {
    const vector = toFlat(lowering, seen);
    return { operand: operandCodes.channel, argument: data(vector.storage), reuse: [] };
  }
  if (channels === 1 && ownChannels !== 1 && height === ownHeight && width === ownWidth) {
    const pixel = toPlane(lowering, seen);
    return { operand: operandCodes.pixel, argument: plane(pixel.storage), reuse: [] };
  }
  const same = toPlane(lowering, repeatedTo(second, first.shape));
  return { operand: operandCodes.plane, argument: plane(same.storage), reuse: [same.storage] };
}

/** A value repeated to a shape, if it has not that shape already. */
export function repeatedTo(value: Value, shape: Shape): Value {
  if (value.shape.join() === shape.join()) return value;
  return { layout: "repeated", shape, of: value.layout === "repeated" ? value.of : value };
}

/** A new value of the same layout and shape. */
export function like(value: FlatValue | PlaneValue): FlatValue | PlaneValue {
  if (value.layout === "flat") return flatValue(value.shape);
  return planeValue(value.shape, planeStorage(value.shape, pixelLanes(value)));
}

/** Makes lanes beyond the channels zero again. */
export function clearLanes(lowering: Lowering, value: Value): void {
  if (value.layout !== "plane") return;
  const channels = value.shape[1]!;
  if (pixelLanes(value) === channels) return;
  emit(lowering, "clearChannels", [plane(value.storage), channels], value.storage);
}
