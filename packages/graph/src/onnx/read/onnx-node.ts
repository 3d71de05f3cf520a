/** One node of an ONNX file, with its inputs and attributes at hand. */

import { invalidModel } from "../../invalid-model.ts";
import { isOp } from "../../is-op.ts";
import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import type { AttributeProto, NodeProto, TensorProto } from "../messages.ts";
import { readIntegers } from "../tensor-proto.ts";

/** What an importer asks of a node. Everything that cannot be given is an `invalid-model` error. */
export interface OnnxNode {
  /** How messages call it: `Conv node "conv_3"`. */
  readonly label: string;
  readonly inputCount: number;
  /** Whether there is an input at this place; optional ones may be left out. */
  has(at: number): boolean;
  /** The value of an input. */
  source(at: number): Node;
  /** The numbers of an input that must be known beforehand. */
  floats(at: number): Tensor;
  /** The same, as one number. */
  float(at: number): number;
  /** The whole numbers of an input that must be known beforehand. */
  integers(at: number): readonly number[];
  readonly attributes: ReadonlyMap<string, AttributeProto>;
  /** A refusal of this node. */
  refuse(reason: string, fix: string): never;
}

/** Where a file's values are found, by name. */
export interface OnnxValues {
  /** @returns `undefined` when no node before has it. */
  node(name: string): Node | undefined;
  initializer(name: string): TensorProto | undefined;
}

/** A file's node with its values at hand, for the importers. */
export function createOnnxNode(proto: NodeProto, values: OnnxValues): OnnxNode {
  const label = `${proto.op_type ?? "Unnamed"} node "${proto.name || (proto.output[0] ?? "")}"`;
  const refuse = (reason: string, fix: string): never => {
    throw invalidModel(`${label}: ${reason}`, fix, { op: proto.op_type ?? "", node: proto.name ?? "" });
  };
  const has = (at: number): boolean => Boolean(proto.input[at]);
  const nameOf = (at: number): string =>
    proto.input[at] || refuse(`input ${at} is missing.`, "Export the model again; the file is damaged.");
  const source = (at: number): Node =>
    values.node(nameOf(at)) ??
    refuse(
      `input "${nameOf(at)}" is not the value of the picture, an initializer or an earlier node.`,
      "Export the model with its nodes in order and its weights inside.",
    );
  const floats = (at: number): Tensor => {
    const node = source(at);
    if (isOp(node, "constant")) return node.arg;
    return refuse(`input "${nameOf(at)}" is computed.`, "Export the model with constants folded.");
  };
  return {
    label,
    inputCount: proto.input.length,
    has,
    source,
    floats,
    float: (at) => {
      const { data } = floats(at);
      return data.length === 1
        ? data[0]!
        : refuse(`input ${at} is not one number.`, "Give one number there.");
    },
    integers: (at) => {
      const found = values.initializer(nameOf(at));
      if (found) return readIntegers(found);
      return refuse(`input "${nameOf(at)}" is computed.`, "Export the model with constants folded.");
    },
    attributes: new Map(proto.attribute.map((attribute) => [attribute.name ?? "", attribute])),
    refuse,
  };
}

/** An attribute that is text; `undefined` when the node has none of this name. */
export function textOf(node: OnnxNode, name: string): string | undefined {
  const bytes = node.attributes.get(name)?.s;
  return bytes && new TextDecoder().decode(bytes);
}

/** A constant seen with four dimensions, ONNX's missing ones in front being 1. */
export function fourDimensional(value: Tensor): Tensor {
  const missing = Math.max(0, 4 - value.shape.length);
  return tensor([...Array.from({ length: missing }, () => 1), ...value.shape], value.data);
}
