/** What every written ONNX file has around its graph. */

import { floatType, modelFields } from "./messages.ts";
import type { DimensionProto, GraphProto, ModelProto, ValueInfoProto } from "./messages.ts";
import { encodeMessage } from "./wire-format.ts";

/** The bytes of a file: opset 17, IR version 8. */
export function encodeOnnxFile(graph: GraphProto, metadata: Readonly<Record<string, string>>): Uint8Array {
  const file: ModelProto = {
    ir_version: 8,
    producer_name: "tatami",
    graph,
    opset_import: [{ domain: "", version: 17 }],
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  };
  return encodeMessage(modelFields, file);
}

/** An input or output of float32. */
export function valueInfo(name: string, dim: readonly DimensionProto[]): ValueInfoProto {
  return { name, type: { tensor_type: { elem_type: floatType, shape: { dim } } } };
}
