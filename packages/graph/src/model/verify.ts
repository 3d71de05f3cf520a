/** The rules a model must keep, as a program. */

import { TatamiError } from "@tatami/core";
import { alignmentOf, haloOf } from "./halo.ts";
import { invalidModel } from "../invalid-model.ts";
import { isOp } from "../is-op.ts";
import type { Model } from "./model.ts";
import type { Node } from "../node.ts";
import { formatShape, probeSize } from "../probe.ts";
import type { Shape } from "../ops/definition.ts";
import { definitionOf, opDefinitions } from "../ops/index.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import { seeingPicture } from "./lattice.ts";
import { verifyWindows } from "./verify-windows.ts";

type InvalidModel = TatamiError<"invalid-model">;

/**
 * Everything that is wrong with a model; empty when nothing is. A model is right when it is a graph without
 * cycles, from one luma picture to one `scale` times as large, without ops that are for training only,
 * every op's sources fit it, no constant
 * is NaN or infinite, pixels are only ever reached through convolutions, blocks and windows, and the halo and the
 * alignment cover those.
 */
export function verify(model: Model): readonly InvalidModel[] {
  const order = attempt(() => topologicalOrder(model.output));
  if (TatamiError.is(order)) return [order];
  const errors = [...verifyScale(model), ...verifyInputs(order), ...order.flatMap(verifyNumbers)];
  const shapes = new Map<Node, Shape>();
  for (const node of order) errors.push(...verifyShape(node, shapes));
  const output = shapes.get(model.output);
  if (!output) return errors;
  errors.push(...verifyOutput(model, output), ...verifyReach(order, shapes), ...verifyWindows(order));
  if (errors.length > 0) return errors;
  return [...verifyAlignment(model), ...verifyHalo(model)];
}

/** Throws the first thing that is wrong with a model. @throws TatamiError `invalid-model` */
export function verifyOrThrow(model: Model): void {
  const [first] = verify(model);
  if (first) throw first;
}

function attempt<T>(action: () => T): T | InvalidModel {
  try {
    return action();
  } catch (error) {
    if (TatamiError.is(error, "invalid-model")) return error;
    throw error;
  }
}

function verifyScale({ scale }: Model): InvalidModel[] {
  if (Number.isInteger(scale) && scale >= 1) return [];
  return [invalidModel(`The scale is ${scale}.`, "Use a whole scale of 1 or more.", { scale })];
}

function verifyInputs(order: readonly Node[]): InvalidModel[] {
  const inputs = order.filter((node) => isOp(node, "input"));
  const [input] = inputs;
  if (!input || inputs.length > 1) {
    return [
      invalidModel(
        `The graph has ${inputs.length} inputs, not 1.`,
        "Build the graph from one input node, used wherever the picture is.",
        { inputs: inputs.length },
      ),
    ];
  }
  if (input.arg.channels === 1) return [];
  return [
    invalidModel(
      `The input has ${input.arg.channels} channels, not 1.`,
      "Use a model of luma alone: one channel in, one out.",
      { channels: input.arg.channels },
    ),
  ];
}

function verifyNumbers(node: Node): InvalidModel[] {
  if (!isOp(node, "constant")) return [];
  const at = node.arg.data.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return [];
  return [
    invalidModel(
      `A constant of shape ${formatShape(node.arg.shape)} has ${node.arg.data[at]} at index ${at}.`,
      "Use weights that are finite numbers; training may have diverged.",
      { index: at },
    ),
  ];
}

/** Fills in the node's shape for an imagined picture; what stands on a wrong node is passed over. */
function verifyShape(node: Node, shapes: Map<Node, Shape>): InvalidModel[] {
  if (!Object.hasOwn(opDefinitions, node.op)) {
    return [
      invalidModel(`There is no op "${String(node.op)}".`, "Use the ops of the op table.", {
        op: String(node.op),
      }),
    ];
  }
  const { batch, height, width } = probeSize;
  const sources = isOp(node, "input")
    ? [[batch, node.arg.channels, height, width]]
    : node.sources.map((source) => shapes.get(source));
  if (sources.includes(undefined)) return [];
  if (definitionOf(node).place === "step") {
    return [
      invalidModel(
        `The op ${node.op} is for training steps, not for models.`,
        "Fold constants in place of parameters, and build the model from the other ops.",
        { op: node.op },
      ),
    ];
  }
  const shape = attempt(() => definitionOf(node).shape(sources as Shape[], node.arg));
  if (TatamiError.is(shape)) return [shape];
  shapes.set(node, shape);
  return [];
}

function verifyOutput({ scale }: Model, shape: Shape): InvalidModel[] {
  const wanted = [probeSize.batch, 1, probeSize.height * scale, probeSize.width * scale];
  if (formatShape(shape) === formatShape(wanted)) return [];
  return [
    invalidModel(
      `A picture [n, 1, h, w] becomes ${formatShape(shape)}, not ${formatShape(wanted)} as scale ${scale} says.`,
      "Make the model's output one channel, scale times as wide and high as its input.",
      { scale, shape: formatShape(shape) },
    ),
  ];
}

/** Patches stand for the whole only when nothing but convolutions and blocks looks across pixels. */
function verifyReach(order: readonly Node[], shapes: ReadonlyMap<Node, Shape>): InvalidModel[] {
  const seeing = seeingPicture(order);
  return order.flatMap((node) => {
    const across = seeing.has(node) ? axesOf(node).find((axis) => axis !== 1) : undefined;
    if (across === undefined) return [];
    return [
      invalidModel(
        `${node.op} works along axis ${across} of ${formatShape(shapes.get(node.sources[0]!)!)}, which mixes or moves pixels.`,
        "Cut, join, sum and average pictures along their channels, axis 1, only.",
        { op: node.op, axis: across },
      ),
    ];
  });
}

/** Along which axes a node does not go number by number. */
function axesOf(node: Node): readonly number[] {
  if (isOp(node, "slice") || isOp(node, "concat")) return [node.arg.axis];
  return isOp(node, "sum") || isOp(node, "mean") ? node.arg.axes : [];
}

function verifyAlignment({ alignment: stated = 1, output }: Model): InvalidModel[] {
  const alignment = alignmentOf(output);
  if (Number.isInteger(stated) && stated >= 1 && stated % alignment === 0) return [];
  return [
    invalidModel(
      `The model says an alignment of ${stated}, its graph wants windows at multiples of ${alignment} pixels.`,
      "Set the alignment to alignmentOf(output).",
      { stated, alignment },
    ),
  ];
}

function verifyHalo({ halo: stated, alignment = 1, output }: Model): InvalidModel[] {
  const halo = haloOf(output);
  if (!Number.isInteger(stated) || stated < halo) {
    return [
      invalidModel(
        `The model says a halo of ${stated}, its graph looks ${halo} pixels far.`,
        "Set the halo to haloOf(output).",
        { stated, halo },
      ),
    ];
  }
  if (stated % alignment === 0) return [];
  return [
    invalidModel(
      `The model says a halo of ${stated}, which is no multiple of its alignment of ${alignment}.`,
      "Set the halo to haloOf(output), or to the next multiple of the alignment.",
      { stated, alignment },
    ),
  ];
}
