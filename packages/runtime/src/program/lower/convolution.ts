/** Convolutions and their gradients: 3×3 ones by Winograd, others directly. */

import type { Node, Shape } from "@tatami/graph";
import { data, instruction, plane } from "../instruction.ts";
import type { Lowering } from "../lowering.ts";
import { emit, emitClear, emitStrided, flatOf, narrowed, planeOf, valueOf, widened } from "../lowering.ts";
import type { FlatValue, NativeValue, PlaneValue, Storage, Value } from "../storage.ts";
import { flatStorage, lanesOf, pixelLanes, planeStorage, planeValue } from "../storage.ts";
import { permuted, turned, viewOf } from "../view.ts";
import { clearLanes } from "./elementwise.ts";

/** A kernel as the convolving kernels take it. */
interface ReadyKernel {
  readonly side: number;
  readonly weights: Storage;
  /** Transformed for Winograd; nothing where the convolution runs directly. */
  readonly u: Storage | undefined;
}

/** The convolution of a picture. */
export function lowerConv2d(lowering: Lowering, node: Node): Value {
  const [picture, kernel, bias] = node.sources as readonly [Node, Node, Node];
  const source = planeOf(lowering, picture);
  const ready = readyKernel(lowering, kernel, pixelLanes(source), false);
  return convolve(lowering, source, lowering.shapeOf(node), ready, flatOf(lowering, bias).storage);
}

/** The gradient of a convolution's picture. @param added a picture to be added to it */
export function lowerInputGradient(lowering: Lowering, node: Node, added?: Node): Value {
  const [outgoing, kernel] = node.sources as readonly [Node, Node];
  const source = planeOf(lowering, outgoing);
  const shape = lowering.shapeOf(node);
  const ready = readyKernel(lowering, kernel, pixelLanes(source), true);
  const zeros = flatStorage(Math.max(4, lanesOf(shape[1]!)), "static");
  return convolve(lowering, source, shape, ready, zeros, added && planeOf(lowering, added));
}

/** The gradient of a convolution's kernel. */
export function lowerWeightGradient(lowering: Lowering, node: Node<"conv2dWeightGradient">): Value {
  const source = planeOf(lowering, node.sources[0]!);
  const outgoing = widened(lowering, planeOf(lowering, node.sources[1]!));
  const { height, width } = node.arg;
  const side = Math.max(height, width);
  const [inputLanes, outputLanes] = [pixelLanes(source), pixelLanes(outgoing)];
  const storage = flatStorage(side * side * inputLanes * outputLanes);
  emitClear(lowering, storage);
  const pictures = [plane(source.storage), plane(outgoing.storage)];
  if (side === 3 && inputLanes > 1) {
    const du = flatStorage(36 * inputLanes * outputLanes);
    emitClear(lowering, du);
    const scratch = lowering.scratchFor(Math.max(inputLanes, outputLanes));
    emit(lowering, "winogradWeightGradient", [...pictures, data(du), scratch], du);
    emit(lowering, "kernelGradient", [data(du), inputLanes * 4, outputLanes * 4, data(storage)], storage);
  } else emit(lowering, "weightGradient", [...pictures, data(storage), side], storage);
  const native: NativeValue = {
    layout: "native",
    shape: lowering.shapeOf(node),
    storage,
    tall: side,
    wide: side,
    inputLanes,
    outputLanes,
  };
  return native;
}

function convolve(
  lowering: Lowering,
  source: PlaneValue,
  shape: Shape,
  { side, weights, u }: ReadyKernel,
  bias: Storage,
  added?: PlaneValue,
): Value {
  const lanes = Math.max(4, lanesOf(shape[1]!));
  const target = planeValue(shape, planeStorage(shape, lanes));
  const scratch = lowering.scratchFor(Math.max(pixelLanes(source), lanes));
  const [from, to] = [plane(source.storage), plane(target.storage)];
  if (u) {
    const more = added && pixelLanes(added) === lanes ? added.storage : undefined;
    emit(
      lowering,
      "winogradPlane",
      [from, to, data(u), data(bias), more ? plane(more) : 0, scratch],
      target.storage,
      more ? [more] : [],
    );
    if (bias.lifetime === "temporary") clearLanes(lowering, target);
    return narrowed(lowering, target);
  }
  emit(lowering, "convolvePlane", [from, to, data(weights), data(bias), side, scratch], target.storage);
  // a bias that was computed may have anything behind its end
  if (bias.lifetime === "temporary") clearLanes(lowering, target);
  return narrowed(lowering, target);
}

/** Whether a gradient's convolution runs by Winograd, which can add a picture in passing. */
export function addsInPassing({ shapeOf }: Pick<Lowering, "shapeOf">, gradient: Node): boolean {
  const [outputs, inputs, height, width] = shapeOf(gradient.sources[1]!);
  return height === 3 && width === 3 && outputs! > 1 && inputs! > 1;
}

/**
 * The kernel laid out for a convolution that reads pixels of so many lanes.
 *
 * @param backwards turned by half a circle, inputs and outputs exchanged
 */
function readyKernel(lowering: Lowering, node: Node, lanes: number, backwards: boolean): ReadyKernel {
  const value = valueOf(lowering, node);
  const key = `${lanes} ${backwards}`;
  const known = readyOf(lowering, value).get(key);
  if (known) return known;
  const [outputs, inputs, height, width] = value.shape as readonly [number, number, number, number];
  const side = Math.max(height, width);
  const outputLanes = Math.max(4, lanesOf(backwards ? inputs : outputs));
  const onWeights = isStill(value);
  const native: NativeValue = {
    layout: "native",
    shape: backwards ? [inputs, outputs, height, width] : value.shape,
    storage: flatStorage(side * side * lanes * outputLanes, onWeights ? "static" : "temporary"),
    tall: side,
    wide: side,
    inputLanes: lanes,
    outputLanes,
  };
  if (!onWeights) emitClear(lowering, native.storage);
  const view = viewOf(value, lowering.radius);
  const seen = backwards ? permuted(turned(view, value.shape, [2, 3]), [1, 0, 2, 3]) : view;
  emitStrided(lowering, "copyStrided", native.shape, seen, viewOf(native, lowering.radius), onWeights);
  const winograd = side === 3 && lanes > 1;
  const u = winograd ? flatStorage(36 * lanes * outputLanes, onWeights ? "static" : "temporary") : undefined;
  if (u) {
    const list = onWeights ? lowering.onWeights : lowering.onRun;
    const args = [data(native.storage), lanes * 4, outputLanes * 4, data(u)];
    list.push(instruction("transformKernel", args, u));
  }
  const ready = { side, weights: native.storage, u };
  readyOf(lowering, value).set(key, ready);
  return ready;
}

/** Whether a value is the same in every run until weights change. */
function isStill(value: Value): value is FlatValue {
  return value.layout === "flat" && ["weights", "static"].includes(value.storage.lifetime);
}

const readyKernels = new WeakMap<Lowering, Map<Value, Map<string, ReadyKernel>>>();

function readyOf(lowering: Lowering, value: Value): Map<string, ReadyKernel> {
  const all = readyKernels.get(lowering) ?? new Map<Value, Map<string, ReadyKernel>>();
  readyKernels.set(lowering, all);
  const own = all.get(value) ?? new Map<string, ReadyKernel>();
  all.set(value, own);
  return own;
}
