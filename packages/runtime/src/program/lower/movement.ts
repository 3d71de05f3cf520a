/** Ops that move numbers and compute nothing. */

import type { Node, Shape } from "@tatami/graph";
import { plane } from "../instruction.ts";
import type { Lowering } from "../lowering.ts";
import { emit, emitClear, emitStrided, planeOf, toFlat, valueOf } from "../lowering.ts";
import type { FlatValue, PlaneValue, Value } from "../storage.ts";
import { flatValue, isPicture, planeStorage, planeValue } from "../storage.ts";
import { repeatedTo } from "./elementwise.ts";
import { from, permuted, viewOf } from "../view.ts";

/** A result that stays a picture where its source is one. */
function targetFor(shape: Shape, ...sources: readonly Value[]): FlatValue | PlaneValue {
  const picture = isPicture(shape) && sources.some(({ layout }) => layout === "plane");
  return picture ? planeValue(shape, planeStorage(shape)) : flatValue(shape);
}

/** Dimensions of size 1 repeated: nothing is written until it has to be. */
export function lowerExpand(lowering: Lowering, node: Node): Value {
  return repeatedTo(valueOf(lowering, node.sources[0]!), lowering.shapeOf(node));
}

/** The same floats under another shape. */
export function lowerReshape(lowering: Lowering, node: Node): Value {
  const { storage } = toFlat(lowering, valueOf(lowering, node.sources[0]!));
  return { layout: "flat", shape: lowering.shapeOf(node), storage };
}

/** Axes exchanged. */
export function lowerTranspose(lowering: Lowering, node: Node<"transpose">): Value {
  const source = valueOf(lowering, node.sources[0]!);
  const target = targetFor(lowering.shapeOf(node), source);
  const view = permuted(viewOf(source, lowering.radius), node.arg.order);
  emitStrided(lowering, "copyStrided", target.shape, view, viewOf(target, lowering.radius));
  return target;
}

/** Part of an axis. */
export function lowerSlice(lowering: Lowering, node: Node<"slice">): Value {
  const { axis, start, end } = node.arg;
  const source = valueOf(lowering, node.sources[0]!);
  const target = targetFor(lowering.shapeOf(node), source);
  if (axis === 1 && source.layout === "plane" && target.layout === "plane") {
    emitChannels(lowering, source, start, target, 0, end - start);
    return target;
  }
  const view = from(viewOf(source, lowering.radius), axis, start);
  emitStrided(lowering, "copyStrided", target.shape, view, viewOf(target, lowering.radius));
  return target;
}

/** Sources side by side along an axis. */
export function lowerConcat(lowering: Lowering, node: Node<"concat">): Value {
  const { axis } = node.arg;
  const sources = node.sources.map((source) => valueOf(lowering, source));
  const target = targetFor(lowering.shapeOf(node), ...sources);
  let start = 0;
  for (const source of sources) {
    const size = source.shape[axis]!;
    if (axis === 1 && source.layout === "plane" && target.layout === "plane")
      emitChannels(lowering, source, 0, target, start, size);
    else {
      const place = from(viewOf(target, lowering.radius), axis, start);
      emitStrided(lowering, "copyStrided", source.shape, viewOf(source, lowering.radius), place);
    }
    start += size;
  }
  return target;
}

/** Zeros before and after. */
export function lowerPad(lowering: Lowering, node: Node<"pad">): Value {
  const { axis, before } = node.arg;
  const source = valueOf(lowering, node.sources[0]!);
  const target = targetFor(lowering.shapeOf(node), source);
  emitClear(lowering, target.storage);
  const place = from(viewOf(target, lowering.radius), axis, before);
  emitStrided(lowering, "copyStrided", source.shape, viewOf(source, lowering.radius), place);
  return target;
}

/** Channels to blocks of pixels. */
export function lowerDepthToSpace(lowering: Lowering, node: Node<"depthToSpace">): Value {
  return lowerBlocks(lowering, node, "depthToSpacePlane", lowering.shapeOf(node)[1]!);
}

/** Blocks of pixels to channels. */
export function lowerSpaceToDepth(lowering: Lowering, node: Node<"spaceToDepth">): Value {
  return lowerBlocks(lowering, node, "spaceToDepthPlane", lowering.shapeOf(node.sources[0]!)[1]!);
}

/** @param channels of the larger picture */
function lowerBlocks(
  lowering: Lowering,
  node: Node<"depthToSpace"> | Node<"spaceToDepth">,
  kernel: "depthToSpacePlane" | "spaceToDepthPlane",
  channels: number,
): Value {
  const source = planeOf(lowering, node.sources[0]!);
  const target = planeValue(lowering.shapeOf(node));
  emit(
    lowering,
    kernel,
    [plane(source.storage), plane(target.storage), node.arg.block, channels],
    target.storage,
  );
  return target;
}

function emitChannels(
  lowering: Lowering,
  source: PlaneValue,
  start: number,
  target: PlaneValue,
  place: number,
  count: number,
): void {
  emit(
    lowering,
    "copyChannels",
    [plane(source.storage), start, plane(target.storage), place, count],
    target.storage,
  );
}
