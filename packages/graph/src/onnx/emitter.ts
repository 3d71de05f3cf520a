/** Writes a graph's nodes as those of an ONNX file. */

import type { Node } from "../node.ts";
import type { OnnxAttributes, OnnxEmitter } from "../ops/definition.ts";
import { definitionOf } from "../ops/index.ts";
import { probeShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { floatType, integerType } from "./messages.ts";
import type { AttributeProto, NodeProto, TensorProto } from "./messages.ts";
import { floatBytes, integerBytes } from "./tensor-proto.ts";

/** An emitter, and what it has collected. */
export interface OnnxGraphWriter {
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly emitter: OnnxEmitter;
  /** Calls values otherwise, wherever they are used. */
  rename(names: ReadonlyMap<string, string>): void;
}

/** Collects nodes and initializers; each graph node is written once, and constants only where they are used. */
export function createEmitter(): OnnxGraphWriter {
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const names = new Map<Node, string>();
  const initializer = (data_type: number, dims: readonly number[], raw_data: Uint8Array): string => {
    const name = `constant_${initializers.length}`;
    initializers.push({ name, dims, data_type, raw_data, float_data: [], int64_data: [] });
    return name;
  };
  const emitter: OnnxEmitter = {
    valueOf(node) {
      const known = names.get(node);
      if (known !== undefined) return known;
      const name = definitionOf(node).onnx(emitter, node);
      names.set(node, name);
      return name;
    },
    shapeOf: probeShape,
    node(op_type, input, attributes = {}) {
      const name = `${op_type.toLowerCase()}_${nodes.length}`;
      nodes.push({ op_type, name, input, output: [name], attribute: writeAttributes(attributes) });
      return name;
    },
    floats: ({ shape, data }: Tensor) => initializer(floatType, shape, floatBytes(data)),
    integers: (values) => initializer(integerType, [values.length], integerBytes(values)),
  };
  const rename = (otherwise: ReadonlyMap<string, string>): void => {
    const swap = (name: string): string => otherwise.get(name) ?? name;
    for (const [at, each] of nodes.entries()) {
      nodes[at] = { ...each, input: each.input.map(swap), output: each.output.map(swap) };
    }
  };
  return { nodes, initializers, emitter, rename };
}

function writeAttributes(attributes: OnnxAttributes): AttributeProto[] {
  return Object.entries(attributes).map(([name, value]) => {
    if (typeof value === "number") return { name, i: value, type: 2, floats: [], ints: [] };
    if (typeof value === "string") {
      return { name, s: new TextEncoder().encode(value), type: 3, floats: [], ints: [] };
    }
    return { name, ints: value, type: 7, floats: [] };
  });
}
