/** A model as an ONNX file. */

import type { Model } from "../model.ts";
import type { Node } from "../node.ts";
import type { OnnxAttributes, OnnxEmitter } from "../ops/definition.ts";
import { definitionOf } from "../ops/index.ts";
import { inputName } from "../ops/input.ts";
import type { Tensor } from "../tensor.ts";
import { topologicalOrder } from "../topological-order.ts";
import { verifyOrThrow } from "../verify.ts";
import { floatType, integerType, modelFields } from "./messages.ts";
import type {
  AttributeProto,
  DimensionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from "./messages.ts";
import { floatBytes, integerBytes } from "./tensor-proto.ts";
import { encodeMessage } from "./wire-format.ts";

const outputName = "output";

/**
 * The model as the bytes of an ONNX file: opset 17, IR version 8, float32 weights. One input
 * `[n, 1, h, w]`, one output `[n, 1, s·h, s·w]`, n, h and w free. Every op is one that
 * onnxruntime-web's WebGPU engine has.
 *
 * @param metadata further facts for the file's `metadata_props`, beside `name` and `scale`.
 * @throws TatamiError `invalid-model` for a model that `verify` finds fault with, or that ONNX cannot say.
 */
export function writeOnnx(model: Model, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  verifyOrThrow(model);
  const properties = { ...metadata, name: model.name, scale: String(model.scale) };
  const file: ModelProto = {
    ir_version: 8,
    producer_name: "tatami",
    graph: writeGraph(model),
    opset_import: [{ domain: "", version: 17 }],
    metadata_props: Object.entries(properties).map(([key, value]) => ({ key, value })),
  };
  return encodeMessage(modelFields, file);
}

function writeGraph(model: Model): GraphProto {
  const { nodes, initializers, emitter, rename } = createEmitter();
  for (const node of topologicalOrder(model.output)) if (node.op !== "constant") emitter.valueOf(node);
  const last = emitter.valueOf(model.output);
  // An output may not be the input itself.
  rename(last === inputName ? emitter.node("Identity", [last]) : last, outputName);
  const side = (name: string): DimensionProto => ({
    dim_param: model.scale === 1 ? name : `${model.scale}*${name}`,
  });
  return {
    name: model.name,
    node: nodes,
    initializer: initializers,
    input: [
      valueInfo(inputName, [{ dim_param: "n" }, { dim_value: 1 }, { dim_param: "h" }, { dim_param: "w" }]),
    ],
    output: [valueInfo(outputName, [{ dim_param: "n" }, { dim_value: 1 }, side("h"), side("w")])],
  };
}

function valueInfo(name: string, dim: readonly DimensionProto[]): ValueInfoProto {
  return { name, type: { tensor_type: { elem_type: floatType, shape: { dim } } } };
}

/** Collects nodes and initializers; each graph node is written once, and constants only where they are used. */
function createEmitter(): {
  readonly nodes: NodeProto[];
  readonly initializers: TensorProto[];
  readonly emitter: OnnxEmitter;
  rename(from: string, to: string): void;
} {
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
    node(op_type, input, attributes = {}) {
      const name = `${op_type.toLowerCase()}_${nodes.length}`;
      nodes.push({ op_type, name, input, output: [name], attribute: writeAttributes(attributes) });
      return name;
    },
    floats: ({ shape, data }: Tensor) => initializer(floatType, shape, floatBytes(data)),
    integers: (values) => initializer(integerType, [values.length], integerBytes(values)),
  };
  const rename = (from: string, to: string): void => {
    const swap = (name: string): string => (name === from ? to : name);
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
