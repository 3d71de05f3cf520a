/** Convolutions of each channel by itself, and their gradients. */

import type { Node } from "@tatami/graph";
import { data, plane } from "../instruction.ts";
import type { Lowering } from "../lowering.ts";
import { emit, emitClear, emitStrided, flatOf, planeOf, toFlat, valueOf, widened } from "../lowering.ts";
import type { NativeValue, PlaneValue, Storage, Value } from "../storage.ts";
import { flatStorage, pixelLanes, planeStorage, planeValue } from "../storage.ts";
import { narrowed } from "../lowering.ts";
import { turned, viewOf } from "../view.ts";

/** The convolution of a picture. */
export function lowerDepthwise(lowering: Lowering, node: Node): Value {
  const [picture, kernel, bias] = node.sources as readonly [Node, Node, Node];
  const source = widened(lowering, planeOf(lowering, picture));
  return convolve(lowering, source, kernel, flatOf(lowering, bias).storage, false);
}

/** The gradient of its picture: the same, with the kernel turned by half a circle. */
export function lowerDepthwiseInput(lowering: Lowering, node: Node): Value {
  const source = widened(lowering, planeOf(lowering, node.sources[0]!));
  const zeros = flatStorage(pixelLanes(source), "static");
  return convolve(lowering, source, node.sources[1]!, zeros, true);
}

/** The gradient of its kernel `[c, 1, kh, kw]`. */
export function lowerDepthwiseWeight(lowering: Lowering, node: Node<"depthwiseWeightGradient">): Value {
  const source = widened(lowering, planeOf(lowering, node.sources[0]!));
  const outgoing = widened(lowering, planeOf(lowering, node.sources[1]!));
  const { height, width } = node.arg;
  const lanes = pixelLanes(source);
  const storage = flatStorage(height * width * lanes);
  emitClear(lowering, storage);
  emit(
    lowering,
    "depthwiseWeightGradient",
    [plane(source.storage), plane(outgoing.storage), data(storage), height, width],
    storage,
  );
  return native(lowering.shapeOf(node), storage, lanes);
}

function convolve(
  lowering: Lowering,
  source: PlaneValue,
  kernelNode: Node,
  bias: Storage,
  backwards: boolean,
): Value {
  const kernel = toFlat(lowering, valueOf(lowering, kernelNode));
  const [, , height, width] = kernel.shape as readonly [number, number, number, number];
  const lanes = pixelLanes(source);
  const storage = flatStorage(height * width * lanes);
  emitClear(lowering, storage);
  const view = viewOf(kernel, lowering.radius);
  emitStrided(
    lowering,
    "copyStrided",
    kernel.shape,
    backwards ? turned(view, kernel.shape, [2, 3]) : view,
    viewOf(native(kernel.shape, storage, lanes), lowering.radius),
  );
  const target = planeValue(source.shape, planeStorage(source.shape, lanes));
  emit(
    lowering,
    "depthwisePlane",
    [plane(source.storage), plane(target.storage), data(storage), data(bias), height, width],
    target.storage,
  );
  return narrowed(lowering, target);
}

/** `[ky][kx][channel]` is a kernel of one input whose outputs are the channels. */
function native(shape: readonly number[], storage: Storage, lanes: number): NativeValue {
  const [, , tall, wide] = shape as readonly [number, number, number, number];
  return { layout: "native", shape, storage, tall, wide, inputLanes: 1, outputLanes: lanes };
}
