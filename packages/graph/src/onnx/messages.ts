/** The ONNX messages that Tatami reads and writes, with the field numbers of onnx.proto. */

import type { MessageFields } from "./wire-format.ts";

/** The opset that files are written in. */
export const opset = 17;
/** ONNX's number for float32 elements. */
export const floatType = 1;
/** ONNX's number for int64 elements. */
export const integerType = 7;

/** Numbers in a file: `raw_data` little-endian, or one of the typed lists. */
export interface TensorProto {
  readonly dims: readonly number[];
  readonly data_type?: number;
  readonly float_data: readonly number[];
  readonly int64_data: readonly number[];
  readonly name?: string;
  readonly raw_data?: Uint8Array;
  /** 1 when the numbers lie in another file. */
  readonly data_location?: number;
}

/** One attribute of a node; `type` says which value counts. */
export interface AttributeProto {
  readonly name?: string;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly t?: TensorProto;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  /** 1 float, 2 integer, 3 string, 4 tensor, 6 floats, 7 integers. */
  readonly type?: number;
}

/** One operation: its inputs and outputs by name, its attributes. */
export interface NodeProto {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name?: string;
  readonly op_type?: string;
  readonly attribute: readonly AttributeProto[];
  readonly domain?: string;
}

/** A dimension: a number, or a name for one that is known at run time. */
export interface DimensionProto {
  readonly dim_value?: number;
  readonly dim_param?: string;
}

/** What an input or output is called, and its element type and shape. */
export interface ValueInfoProto {
  readonly name?: string;
  readonly type?: {
    readonly tensor_type?: {
      readonly elem_type?: number;
      readonly shape?: { readonly dim: readonly DimensionProto[] };
    };
  };
}

/** The operations, the weights, and the model's inputs and outputs. */
export interface GraphProto {
  readonly node: readonly NodeProto[];
  readonly name?: string;
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
}

/** A domain of ops, and its version. */
export interface OpsetProto {
  readonly domain?: string;
  readonly version?: number;
}

/** An op of the file's own, made of others. */
export interface FunctionProto {
  readonly name?: string;
  readonly domain?: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  /** Names of its attributes. */
  readonly attribute: readonly string[];
  readonly node: readonly NodeProto[];
  readonly opset_import: readonly OpsetProto[];
}

/** A whole ONNX file. */
export interface ModelProto {
  readonly ir_version?: number;
  readonly producer_name?: string;
  readonly graph?: GraphProto;
  readonly opset_import: readonly OpsetProto[];
  /** @defaultValue none */
  readonly functions?: readonly FunctionProto[];
  readonly metadata_props: readonly { readonly key?: string; readonly value?: string }[];
}

const tensorFields = {
  dims: { number: 1, kind: "integer", repeated: true },
  data_type: { number: 2, kind: "integer" },
  float_data: { number: 4, kind: "float", repeated: true },
  int64_data: { number: 7, kind: "integer", repeated: true },
  name: { number: 8, kind: "string" },
  raw_data: { number: 9, kind: "bytes" },
  data_location: { number: 14, kind: "integer" },
} as const satisfies MessageFields;

const attributeFields = {
  name: { number: 1, kind: "string" },
  f: { number: 2, kind: "float" },
  i: { number: 3, kind: "integer" },
  s: { number: 4, kind: "bytes" },
  t: { number: 5, kind: "message", fields: tensorFields },
  floats: { number: 7, kind: "float", repeated: true },
  ints: { number: 8, kind: "integer", repeated: true },
  type: { number: 20, kind: "integer" },
} as const satisfies MessageFields;

const nodeFields = {
  input: { number: 1, kind: "string", repeated: true },
  output: { number: 2, kind: "string", repeated: true },
  name: { number: 3, kind: "string" },
  op_type: { number: 4, kind: "string" },
  attribute: { number: 5, kind: "message", repeated: true, fields: attributeFields },
  domain: { number: 7, kind: "string" },
} as const satisfies MessageFields;

const dimensionFields = {
  dim_value: { number: 1, kind: "integer" },
  dim_param: { number: 2, kind: "string" },
} as const satisfies MessageFields;

const shapeFields = {
  dim: { number: 1, kind: "message", repeated: true, fields: dimensionFields },
} as const satisfies MessageFields;

const tensorTypeFields = {
  elem_type: { number: 1, kind: "integer" },
  shape: { number: 2, kind: "message", fields: shapeFields },
} as const satisfies MessageFields;

const valueInfoFields = {
  name: { number: 1, kind: "string" },
  type: {
    number: 2,
    kind: "message",
    fields: { tensor_type: { number: 1, kind: "message", fields: tensorTypeFields } },
  },
} as const satisfies MessageFields;

const graphFields = {
  node: { number: 1, kind: "message", repeated: true, fields: nodeFields },
  name: { number: 2, kind: "string" },
  initializer: { number: 5, kind: "message", repeated: true, fields: tensorFields },
  input: { number: 11, kind: "message", repeated: true, fields: valueInfoFields },
  output: { number: 12, kind: "message", repeated: true, fields: valueInfoFields },
} as const satisfies MessageFields;

const opsetFields = {
  domain: { number: 1, kind: "string" },
  version: { number: 2, kind: "integer" },
} as const satisfies MessageFields;

const functionFields = {
  name: { number: 1, kind: "string" },
  input: { number: 4, kind: "string", repeated: true },
  output: { number: 5, kind: "string", repeated: true },
  attribute: { number: 6, kind: "string", repeated: true },
  node: { number: 7, kind: "message", repeated: true, fields: nodeFields },
  opset_import: { number: 9, kind: "message", repeated: true, fields: opsetFields },
  domain: { number: 10, kind: "string" },
} as const satisfies MessageFields;

/** The outermost message of an ONNX file. */
export const modelFields: MessageFields = {
  ir_version: { number: 1, kind: "integer" },
  producer_name: { number: 2, kind: "string" },
  graph: { number: 7, kind: "message", fields: graphFields },
  opset_import: { number: 8, kind: "message", repeated: true, fields: opsetFields },
  metadata_props: {
    number: 14,
    kind: "message",
    repeated: true,
    fields: { key: { number: 1, kind: "string" }, value: { number: 2, kind: "string" } },
  },
  functions: { number: 25, kind: "message", repeated: true, fields: functionFields },
};
