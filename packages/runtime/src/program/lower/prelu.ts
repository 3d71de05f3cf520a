/** PReLU and its gradients. */

import type { Node } from "@tatami/graph";
import { isOp } from "@tatami/graph";
import { unaryCodes } from "@tatami/kernels";
import { data, plane } from "../instruction.ts";
import type { Lowering } from "../lowering.ts";
import { emit, emitClear, flatOf, planeOf } from "../lowering.ts";
import type { FlatValue, PlaneValue, Value } from "../storage.ts";
import { flatValue, pixelLanes, planeStorage, planeValue } from "../storage.ts";
import { binary, like, unary } from "./elementwise.ts";

/** PReLU of a picture. @param added a picture to be added to it */
export function lowerPrelu(lowering: Lowering, node: Node, added?: Node): Value {
  const source = planeOf(lowering, node.sources[0]!);
  const slopes = flatOf(lowering, node.sources[1]!);
  const more = added && planeOf(lowering, added);
  if (pixelLanes(source) === 1) {
    const result = thinPrelu(lowering, source, slopes);
    return more ? binary(lowering, "add", result, more) : result;
  }
  const target = like(source);
  emit(
    lowering,
    "preluPlane",
    [plane(source.storage), data(slopes.storage), more ? plane(more.storage) : 0, plane(target.storage)],
    target.storage,
    more ? [source.storage, more.storage] : [source.storage],
  );
  return target;
}

/**
 * The gradient of its picture; with that of its slopes in the same pass, where both are wanted. The kernel works in
 * place: a gradient that is needed elsewhere is copied first.
 */
export function lowerPreluInputGradient(lowering: Lowering, node: Node): Value {
  const [outgoing, picture, slopes] = node.sources as readonly [Node, Node, Node];
  const gradient = planeOf(lowering, outgoing);
  const source = planeOf(lowering, picture);
  const vector = flatOf(lowering, slopes);
  if (pixelLanes(source) === 1) return thinInputGradient(lowering, gradient, source, vector);
  const target = planeValue(gradient.shape, planeStorage(gradient.shape, pixelLanes(gradient)));
  const sibling = lowering
    .usersOf(outgoing)
    .find(
      (user) =>
        isOp(user, "preluSlopeGradient") && user.sources[0] === outgoing && user.sources[1] === picture,
    );
  if (!sibling || lowering.values.has(sibling)) {
    emit(
      lowering,
      "preluInputGradient",
      [plane(gradient.storage), plane(source.storage), data(vector.storage), plane(target.storage)],
      target.storage,
      [gradient.storage],
    );
    return target;
  }
  const ofSlopes = flatValue(lowering.shapeOf(sibling));
  emitClear(lowering, ofSlopes.storage);
  emit(lowering, "copyPlane", [plane(gradient.storage), plane(target.storage)], target.storage, [
    gradient.storage,
  ]);
  emit(
    lowering,
    "preluGradientPlane",
    [plane(target.storage), plane(source.storage), data(vector.storage), data(ofSlopes.storage)],
    ofSlopes.storage,
  );
  lowering.values.set(sibling, ofSlopes);
  return target;
}

/** The gradient of its slopes. */
export function lowerPreluSlopeGradient(lowering: Lowering, node: Node): Value {
  const gradient = planeOf(lowering, node.sources[0]!);
  const source = planeOf(lowering, node.sources[1]!);
  const target = flatValue(lowering.shapeOf(node));
  emitClear(lowering, target.storage);
  if (pixelLanes(source) === 1) {
    const below = unary(lowering, source, { code: unaryCodes.clip, a: -Infinity, b: 0 }) as PlaneValue;
    emit(
      lowering,
      "sumProducts",
      [plane(gradient.storage), plane(below.storage), 1, data(target.storage), 1],
      target.storage,
    );
    return target;
  }
  emit(
    lowering,
    "preluSlopeGradient",
    [plane(gradient.storage), plane(source.storage), data(target.storage)],
    target.storage,
  );
  return target;
}

/** Of one channel, whose pixels the kernel of several cannot tell apart: max(x, 0) + slope · min(x, 0). */
function thinPrelu(lowering: Lowering, source: PlaneValue, slopes: FlatValue): Value {
  const below = unary(lowering, source, { code: unaryCodes.clip, a: -Infinity, b: 0 });
  const weak = binary(lowering, "multiply", below, numberOf(slopes));
  return binary(lowering, "add", unary(lowering, source, { code: unaryCodes.relu }), weak);
}

function thinInputGradient(
  lowering: Lowering,
  gradient: PlaneValue,
  source: PlaneValue,
  slopes: FlatValue,
): Value {
  const above = unary(lowering, source, { code: unaryCodes.isPositive });
  const below = unary(lowering, above, { code: unaryCodes.affine, a: -1, b: 1 });
  const factor = binary(lowering, "add", binary(lowering, "multiply", below, numberOf(slopes)), above);
  return binary(lowering, "multiply", gradient, factor);
}

function numberOf({ storage }: FlatValue): FlatValue {
  return { layout: "flat", shape: [1, 1, 1, 1], storage };
}
