/** Writes a graph's nodes as those of an ONNX file. */

import type { Node } from "../node.ts";
import type { OnnxAttributes, OnnxBody, OnnxEmitter, OnnxScans } from "../ops/definition.ts";
import { definitionOf } from "../ops/index.ts";
import { probeShape } from "../shape.ts";
import type { Tensor } from "../tensor.ts";
import { floatType, integerType, opset } from "./messages.ts";
import type { AttributeProto, FunctionProto, NodeProto, TensorProto } from "./messages.ts";
import { floatBytes, integerBytes } from "./tensor-proto.ts";

/** The domain of a file's own functions. */
export const functionDomain = "tatami";

/** An emitter, and what it has collected. */
export interface OnnxGraphWriter {
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly functions: readonly FunctionProto[];
  readonly emitter: OnnxEmitter;
  /** Calls values otherwise, wherever they are used. */
  rename(names: ReadonlyMap<string, string>): void;
}

/**
 * Collects nodes and initializers; each graph node is written once, and constants only where they are used.
 *
 * @param scans how selective scans are written
 */
export function createEmitter(scans: OnnxScans = "triangle"): OnnxGraphWriter {
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const functions = new Map<string, FunctionProto>();
  const names = new Map<Node, string>();
  const initializer = (numbers: TensorProto): string => {
    const name = `constant_${initializers.length}`;
    initializers.push({ ...numbers, name });
    return name;
  };
  const emitter: OnnxEmitter = {
    ...createBody(nodes, scans, initializer),
    valueOf(node) {
      const known = names.get(node);
      if (known !== undefined) return known;
      const name = definitionOf(node).onnx(emitter, node);
      names.set(node, name);
      return name;
    },
    shapeOf: probeShape,
    call(name, inputs, attributes, write) {
      if (!functions.has(name))
        functions.set(name, writeFunction(name, inputs.length, attributes, scans, write));
      return emitter.node(name, inputs, attributes, { domain: functionDomain });
    },
  };
  const rename = (otherwise: ReadonlyMap<string, string>): void => {
    const swap = (name: string): string => otherwise.get(name) ?? name;
    for (const [at, each] of nodes.entries()) {
      nodes[at] = { ...each, input: each.input.map(swap), output: each.output.map(swap) };
    }
  };
  return {
    nodes,
    initializers,
    emitter,
    rename,
    get functions() {
      return [...functions.values()];
    },
  };
}

function createBody(nodes: NodeProto[], scans: OnnxScans, keep: (numbers: TensorProto) => string): OnnxBody {
  const numbers = (data_type: number, dims: readonly number[], raw_data: Uint8Array): string =>
    keep({ dims, data_type, raw_data, float_data: [], int64_data: [] });
  return {
    scans,
    node(op_type, input, attributes = {}, { domain, outputs = 1 } = {}) {
      const name = `${op_type.toLowerCase()}_${nodes.length}`;
      const output = Array.from({ length: outputs }, (_, at) => (at === 0 ? name : `${name}_${at}`));
      const attribute = writeAttributes(attributes);
      nodes.push({ op_type, name, input, output, attribute, ...(domain !== undefined && { domain }) });
      return name;
    },
    floats: ({ shape, data }: Tensor) => numbers(floatType, shape, floatBytes(data)),
    integers: (values) => numbers(integerType, [values.length], integerBytes(values)),
  };
}

/** A function has no initializers: its numbers are nodes. */
function writeFunction(
  name: string,
  inputCount: number,
  attributes: OnnxAttributes,
  scans: OnnxScans,
  write: (body: OnnxBody, inputs: readonly string[]) => string,
): FunctionProto {
  const node: NodeProto[] = [];
  const body = createBody(node, scans, (t) => {
    const own = `constant_${node.length}`;
    const value: AttributeProto = { name: "value", t, type: 4, floats: [], ints: [] };
    node.push({ op_type: "Constant", name: own, input: [], output: [own], attribute: [value] });
    return own;
  });
  const input = Array.from({ length: inputCount }, (_, at) => `input_${at}`);
  const output = [write(body, input)];
  const domains = new Set(["", ...node.map(({ domain = "" }) => domain)]);
  return {
    name,
    domain: functionDomain,
    input,
    output,
    attribute: Object.keys(attributes),
    node,
    opset_import: [...domains].map((domain) => ({ domain, version: domain === "" ? opset : 1 })),
  };
}

function writeAttributes(attributes: OnnxAttributes): AttributeProto[] {
  return Object.entries(attributes).map(([name, value]) => {
    if (typeof value === "number") return { name, i: value, type: 2, floats: [], ints: [] };
    if (typeof value === "string") {
      return { name, s: new TextEncoder().encode(value), type: 3, floats: [], ints: [] };
    }
    if ("float" in value) return { name, f: value.float, type: 1, floats: [], ints: [] };
    return { name, ints: value, type: 7, floats: [] };
  });
}
