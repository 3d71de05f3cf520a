/** An ONNX file as a model. */

import { invalidOption, TatamiError } from "@tatami/core";
import { constant, input as inputNode } from "../../build.ts";
import { foldConstants } from "../../collapse/fold-constants.ts";
import { reachOf } from "../../model/halo.ts";
import { invalidModel } from "../../invalid-model.ts";
import type { Model } from "../../model/model.ts";
import type { Node } from "../../node.ts";
import { rewrite } from "../../rewrite/rewrite.ts";
import { probeSize } from "../../probe.ts";
import { probeShape } from "../../shape.ts";
import { verifyOrThrow } from "../../model/verify.ts";
import { joinSlices } from "./import-slice.ts";
import { functionImporters, importers } from "./importers.ts";
import { functionDomain } from "../emitter.ts";
import { floatType, modelFields } from "../messages.ts";
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from "../messages.ts";
import { createOnnxNode } from "./onnx-node.ts";
import type { OnnxNode, OnnxValues } from "./onnx-node.ts";
import { recognisePrelu } from "./recognise-prelu.ts";
import { readFloats } from "../tensor-proto.ts";
import { decodeMessage } from "../wire-format.ts";

/** The oldest opset whose ops mean what this reader takes them to mean. */
const oldestOpset = 13;

const damaged = "Give a whole ONNX file; this one may be damaged or something else.";

/** What an ONNX file holds. */
export interface OnnxFile {
  readonly model: Model;
  /** The file's `metadata_props`, but for `name` and `scale`, which are the model's. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads what `writeOnnx` writes, and what other exporters write for the same networks: padding stated or
 * automatic, PRelu and space-to-depth as nodes or in their parts, constants as nodes. The halo and the alignment
 * are worked out anew, and the scale too: the file need not state it.
 *
 * @throws TatamiError `invalid-option` for what is no bytes; `invalid-model` for anything else, naming the node and its op.
 */
export function readOnnx(bytes: Uint8Array): OnnxFile {
  const { name, output, metadata: told } = readOnnxGraph(bytes);
  const { scale, ...metadata } = told as Record<string, string>;
  const model: Model = { name, scale: scaleOf(output, scale), ...reachOf(output), output };
  verifyOrThrow(model);
  return { model, metadata };
}

/** What a file of `writeOnnxGraph` holds. */
export interface OnnxGraphFile {
  readonly name: string;
  /** Over one input, of any channels. */
  readonly output: Node;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads a graph that need not be a model. @throws TatamiError `invalid-model` */
export function readOnnxGraph(bytes: Uint8Array): OnnxGraphFile {
  if (!ArrayBuffer.isView(bytes))
    throw invalidOption(
      "bytes",
      "a Uint8Array",
      bytes,
      "Read the file first: readOnnx(new Uint8Array(await (await fetch(url)).arrayBuffer())).",
    );
  const file = decode(bytes);
  const graph = file.graph;
  if (!graph) throw invalidModel("The file holds no ONNX graph.", damaged);
  const opset = file.opset_import.find(({ domain = "" }) => isStandard(domain))?.version ?? 0;
  if (opset < oldestOpset) {
    throw invalidModel(
      `The file is of ONNX opset ${opset}; ${oldestOpset} and later are read.`,
      "Export the model with opset 17.",
      { opset },
    );
  }
  const { name, ...metadata } = Object.fromEntries(
    file.metadata_props.map(({ key = "", value = "" }) => [key, value]),
  ) as Record<string, string>;
  const output = rewrite(readGraph(graph), [foldConstants, recognisePrelu, joinSlices]);
  return { name: name || graph.name || "unnamed", output, metadata };
}

function decode(bytes: Uint8Array): ModelProto {
  try {
    return decodeMessage(modelFields, bytes) as ModelProto;
  } catch (cause) {
    throw new TatamiError({
      code: "invalid-model",
      message: `The ${bytes.length} bytes are not an ONNX file.`,
      fix: damaged,
      cause,
    });
  }
}

function readGraph(graph: GraphProto): Node {
  const initializers = new Map<string, TensorProto>(graph.initializer.map((each) => [each.name ?? "", each]));
  const nodes = new Map<string, Node>();
  const picture = only(
    "input",
    graph.input.filter(({ name = "" }) => !initializers.has(name)),
  );
  const result = only("output", graph.output);
  nodes.set(picture.name ?? "", readPicture(picture));
  const values: OnnxValues = {
    initializer: (name) => initializers.get(name),
    node(name) {
      const known = nodes.get(name);
      const initializer = initializers.get(name);
      if (known || !initializer) return known;
      const made = constant(readFloats(initializer));
      nodes.set(name, made);
      return made;
    },
  };
  for (const proto of graph.node) {
    const outputName = proto.output[0] ?? "";
    const given =
      proto.op_type === "Constant" ? proto.attribute.find(({ name }) => name === "value")?.t : undefined;
    if (given) initializers.set(outputName, given);
    else nodes.set(outputName, importNode(proto, values));
  }
  const output = values.node(result.name ?? "");
  if (output) return output;
  throw invalidModel(`No node computes the output "${result.name ?? ""}".`, damaged);
}

function only(what: string, infos: readonly ValueInfoProto[]): ValueInfoProto {
  const [first] = infos;
  if (first && infos.length === 1) return first;
  throw invalidModel(
    `The model has ${infos.length} ${what}s, not 1.`,
    `Export a model with one ${what}: luma, [n, 1, h, w].`,
    { [`${what}s`]: infos.length },
  );
}

function readPicture({ name = "", type }: ValueInfoProto): Node {
  const { elem_type: element = 0, shape } = type?.tensor_type ?? {};
  const channels = shape?.dim[1]?.dim_value ?? 1;
  if (element === floatType && (shape?.dim.length ?? 4) === 4 && channels > 0) return inputNode(channels);
  throw invalidModel(
    `The input "${name}" has ONNX type ${element} and ${shape?.dim.length ?? 0} dimensions, not float32 and 4.`,
    "Export a model whose input is float32 [n, 1, h, w].",
    { input: name },
  );
}

function importNode(proto: NodeProto, values: OnnxValues): Node {
  const node = createOnnxNode(proto, values);
  const importer = importerOf(proto);
  if (!importer) {
    return node.refuse(
      `Tatami does not run the op ${proto.domain ? `${proto.domain}.` : ""}${proto.op_type ?? ""}.`,
      `Build the network from ${[...importers.keys()].join(", ")}.`,
    );
  }
  try {
    return importer(node);
  } catch (error) {
    if (!TatamiError.is(error, "invalid-model") || error.message.startsWith(node.label)) throw error;
    throw invalidModel(`${node.label}: ${error.message}`, error.fix, error.detail);
  }
}

function importerOf({ domain = "", op_type: type = "" }: NodeProto): ((node: OnnxNode) => Node) | undefined {
  if (domain === functionDomain) return functionImporters.get(type.split("_")[0]!);
  return isStandard(domain) ? importers.get(type) : undefined;
}

function isStandard(domain: string): boolean {
  return domain === "" || domain === "ai.onnx";
}

/** How many times as high the output is; what the file states must agree. */
function scaleOf(output: Node, stated: string | undefined): number {
  const scale = (probeShape(output)[2] ?? 0) / probeSize.height;
  if (stated === undefined || Number(stated) === scale) return scale;
  throw invalidModel(
    `The file states scale ${stated}, its graph enlarges ${scale} times.`,
    "Correct the file's scale, or leave it out.",
    { stated, scale },
  );
}
