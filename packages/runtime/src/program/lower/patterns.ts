/** Several nodes that one kernel computes: what a step spends its time on. */

import type { Node } from "@tatami/graph";
import { isOp } from "@tatami/graph";
import { lossCodes } from "@tatami/kernels";
import { data, plane } from "../instruction.ts";
import type { Graph, Pattern } from "../lowering.ts";
import { emit, emitClear, toFlat, toPlane, valueOf } from "../lowering.ts";
import { countOf } from "../plan.ts";
import { flatValue, isPicture, pixelLanes } from "../storage.ts";
import { lowerInputGradient, addsInPassing } from "./convolution.ts";
import { like } from "./elementwise.ts";
import { lowerMatrixMultiply, matricesOf } from "./matrices.ts";
import { lowerPrelu } from "./prelu.ts";
import { findSilu, findSiluGradient } from "./silu.ts";

/** The pattern that ends in a node, if there is one. */
export function findPattern(graph: Graph, node: Node): Pattern | undefined {
  switch (node.op) {
    case "add":
      return findSiluGradient(graph, node) ?? findAdded(graph, node);
    case "mean":
    case "sum":
      return findLoss(graph, node as Node<"mean">);
    case "multiply":
      return findSilu(graph, node) ?? findLossGradient(graph, node);
    case "matrixMultiply":
      return findMatrices(node);
    default:
      return undefined;
  }
}

/** A picture added to what PReLU gives, or to a gradient on its way through a convolution. */
function findAdded(graph: Graph, node: Node): Pattern | undefined {
  const [first, second] = node.sources as readonly [Node, Node];
  for (const [inner, other] of [
    [first, second],
    [second, first],
  ] as const) {
    if (graph.usersOf(inner).length !== 1) continue;
    if (graph.shapeOf(other).join() !== graph.shapeOf(inner).join() || !isPicture(graph.shapeOf(inner)))
      continue;
    if (isOp(inner, "prelu"))
      return { inputs: [...inner.sources, other], lower: (lowering) => lowerPrelu(lowering, inner, other) };
    if (isOp(inner, "conv2dInputGradient") && addsInPassing(graph, inner)) {
      return {
        inputs: [...inner.sources, other],
        lower: (lowering) => lowerInputGradient(lowering, inner, other),
      };
    }
  }
  return undefined;
}

/** The mean or sum of |a − b| or (a − b)² over a whole picture. */
function findLoss(graph: Graph, node: Node<"mean"> | Node<"sum">): Pattern | undefined {
  const inner = node.sources[0]!;
  const shape = graph.shapeOf(inner);
  const whole = shape.every((size, axis) => size === 1 || node.arg.axes.includes(axis));
  if (!whole || !isPicture(shape)) return undefined;
  const squared = isOp(inner, "multiply") && inner.sources[0] === inner.sources[1];
  if (!squared && !isOp(inner, "absolute")) return undefined;
  const difference = inner.sources[0]!;
  if (!isDifference(graph, difference)) return undefined;
  const [a, b] = difference.sources as readonly [Node, Node];
  const factor = node.op === "mean" ? 1 / countOf(shape) : 1;
  return {
    inputs: [a, b],
    lower(lowering) {
      const [first, second] = [
        toPlane(lowering, valueOf(lowering, a)),
        toPlane(lowering, valueOf(lowering, b)),
      ];
      const target = flatValue(lowering.shapeOf(node));
      emitClear(lowering, target.storage);
      emit(
        lowering,
        "sumLoss",
        [
          squared ? lossCodes.squared : lossCodes.absolute,
          plane(first.storage),
          plane(second.storage),
          first.shape[1]!,
          0,
          data(target.storage),
          factor,
        ],
        target.storage,
      );
      return target;
    },
  };
}

/** A number, repeated, times the sign of a − b. */
function findLossGradient(graph: Graph, node: Node): Pattern | undefined {
  const [first, second] = node.sources as readonly [Node, Node];
  if (!isOp(first, "expand") || !isOp(second, "sign") || !isPicture(graph.shapeOf(node))) return undefined;
  const number = first.sources[0]!;
  const difference = second.sources[0]!;
  if (countOf(graph.shapeOf(number)) !== 1 || !isDifference(graph, difference)) return undefined;
  const [a, b] = difference.sources as readonly [Node, Node];
  return {
    inputs: [number, a, b],
    lower(lowering) {
      const factor = toFlat(lowering, valueOf(lowering, number));
      const [one, other] = [toPlane(lowering, valueOf(lowering, a)), toPlane(lowering, valueOf(lowering, b))];
      const target = like(one);
      emit(
        lowering,
        "lossGradient",
        [
          lossCodes.absolute,
          plane(one.storage),
          plane(other.storage),
          plane(target.storage),
          0,
          data(factor.storage),
        ],
        target.storage,
        pixelLanes(one) === pixelLanes(other) ? [one.storage, other.storage] : [one.storage],
      );
      return target;
    },
  };
}

function isDifference(graph: Graph, node: Node): boolean {
  return (
    isOp(node, "subtract") &&
    node.sources.every((each) => graph.shapeOf(each).join() === graph.shapeOf(node).join())
  );
}

/** Matrices that are read in another order than they lie in. */
function findMatrices(node: Node): Pattern | undefined {
  const matrices = matricesOf(node);
  if (!matrices.some(({ transposed }) => transposed)) return undefined;
  return {
    inputs: matrices.map((each) => each.node),
    lower: (lowering) => lowerMatrixMultiply(lowering, node),
  };
}
