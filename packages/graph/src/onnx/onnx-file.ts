/** What every written ONNX file has around its graph. */

import { floatType, modelFields, opset } from "./messages.ts";
import type {
  DimensionProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  OpsetProto,
  ValueInfoProto,
} from "./messages.ts";
import { encodeMessage } from "./wire-format.ts";

/** The bytes of a file: opset 17, IR version 8. @param functions those that the graph calls */
export function encodeOnnxFile(
  graph: GraphProto,
  metadata: Readonly<Record<string, string>>,
  functions: readonly FunctionProto[] = [],
): Uint8Array {
  const file: ModelProto = {
    ir_version: 8,
    producer_name: "tatami",
    graph,
    opset_import: [{ domain: "", version: opset }, ...domainsOf(functions)],
    functions,
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  };
  return encodeMessage(modelFields, file);
}

/** What functions stand in, and what they are made of, beside ONNX itself. */
function domainsOf(functions: readonly FunctionProto[]): readonly OpsetProto[] {
  const used = functions.flatMap(({ domain = "", opset_import }) => [
    domain,
    ...opset_import.map((each) => each.domain ?? ""),
  ]);
  return [...new Set(used)].filter((domain) => domain !== "").map((domain) => ({ domain, version: 1 }));
}

/** An input or output of float32. */
export function valueInfo(name: string, dim: readonly DimensionProto[]): ValueInfoProto {
  return { name, type: { tensor_type: { elem_type: floatType, shape: { dim } } } };
}
