/** x · σ(x) and its gradient, which are several nodes and one kernel each. */

import type { Node } from "@tatami/graph";
import { isOp } from "@tatami/graph";
import { binaryCodes, operandCodes, unaryCodes } from "@tatami/kernels";
import { plane } from "../instruction.ts";
import type { Graph, Pattern } from "../lowering.ts";
import { emit, toPlane, valueOf } from "../lowering.ts";
import type { PlaneValue } from "../storage.ts";
import { isPicture } from "../storage.ts";
import { like, unary } from "./elementwise.ts";

/** A picture times its own sigmoid. */
export function findSilu(graph: Graph, node: Node): Pattern | undefined {
  const [picture, factor] = node.sources as readonly [Node, Node];
  if (!isSigmoidOf(factor, picture) || !isPicture(graph.shapeOf(node))) return undefined;
  return {
    inputs: [picture],
    lower: (lowering) =>
      unary(lowering, toPlane(lowering, valueOf(lowering, picture)), { code: unaryCodes.silu }),
  };
}

/** `g·σ + g·x·(σ − σ·σ)`, as differentiating the two nodes writes it. */
export function findSiluGradient(graph: Graph, node: Node): Pattern | undefined {
  const [direct, through] = node.sources as readonly [Node, Node];
  if (!isOp(direct, "multiply") || !isOp(through, "multiply") || !isPicture(graph.shapeOf(node)))
    return undefined;
  const [gradient, factor] = direct.sources as readonly [Node, Node];
  const [weighed, slope] = through.sources as readonly [Node, Node];
  const picture = factor.sources[0];
  if (!picture || !isSigmoidOf(factor, picture) || !isSlopeOf(slope, factor)) return undefined;
  if (!isOp(weighed, "multiply") || weighed.sources[0] !== gradient || weighed.sources[1] !== picture)
    return undefined;
  return {
    inputs: [gradient, picture],
    lower(lowering) {
      const [first, second] = [gradient, picture].map((each) => toPlane(lowering, valueOf(lowering, each)));
      const target = like(first!) as PlaneValue;
      const planes = [first!, second!, target].map(({ storage }) => plane(storage));
      emit(lowering, "binary", [binaryCodes.siluGradient, operandCodes.plane, ...planes], target.storage, [
        first!.storage,
        second!.storage,
      ]);
      return target;
    },
  };
}

function isSigmoidOf(node: Node, picture: Node): boolean {
  return isOp(node, "sigmoid") && node.sources[0] === picture;
}

/** σ − σ·σ */
function isSlopeOf(node: Node, sigmoid: Node): boolean {
  const [first, square] = node.sources;
  return (
    isOp(node, "subtract") &&
    first === sigmoid &&
    isOp(square, "multiply") &&
    square.sources.every((source) => source === sigmoid)
  );
}
