/** Small ONNX files made by hand, for tests. */

import { randomTensor } from "../../random/random-tensor.ts";
import { createSeededRandom } from "../../random/seeded-random.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { floatType, integerType, modelFields } from "../messages.ts";
import type {
  AttributeProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from "../messages.ts";
import { floatBytes } from "../tensor-proto.ts";
import { encodeMessage } from "../wire-format.ts";

const random = createSeededRandom(1);
export const kernel: Tensor = randomTensor([4, 1, 3, 3], -1, 1, random);
export const bias: Tensor = randomTensor([4], -1, 1, random);
export const slopes: Tensor = randomTensor([4], -1, 1, random);
export const picture: Tensor = randomTensor([2, 1, 5, 6], 0, 1, random);

export function attribute(name: string, value: number | readonly number[] | string): AttributeProto {
  const empty = { name, floats: [], ints: [] };
  if (typeof value === "number") return { ...empty, i: value, type: 2 };
  if (typeof value === "string") return { ...empty, s: new TextEncoder().encode(value), type: 3 };
  return { ...empty, ints: value, type: 7 };
}

export function nodeProto(
  op_type: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly AttributeProto[] = [],
): NodeProto {
  return { op_type, name: `the_${output}`, input: inputs, output: [output], attribute: attributes };
}

export function floats(name: string, { shape, data }: Tensor): TensorProto {
  return {
    name,
    dims: shape,
    data_type: floatType,
    raw_data: floatBytes(data),
    float_data: [],
    int64_data: [],
  };
}

export function integers(name: string, values: readonly number[]): TensorProto {
  return { name, dims: [values.length], data_type: integerType, float_data: [], int64_data: values };
}

export const value = (name: string, channels = 1): ValueInfoProto => ({
  name,
  type: {
    tensor_type: {
      elem_type: floatType,
      shape: { dim: [{ dim_param: "n" }, { dim_value: channels }, { dim_param: "h" }, { dim_param: "w" }] },
    },
  },
});

export const same: AttributeProto = attribute("pads", [1, 1, 1, 1]);
export const convolution: NodeProto = nodeProto("Conv", ["x", "k", "b"], "c", [same]);
export const shuffle: NodeProto = nodeProto("DepthToSpace", ["last"], "y", [attribute("blocksize", 2)]);

/** A file with a convolution to "c", the nodes said, and a shuffle of "last" by 2. */
export function file(
  nodes: readonly NodeProto[],
  initializers: readonly TensorProto[] = [],
  graph: Partial<GraphProto> = {},
  model: Partial<ModelProto> = {},
): Uint8Array {
  return encodeMessage(modelFields, {
    ir_version: 8,
    opset_import: [{ version: 17 }],
    metadata_props: [],
    graph: {
      name: "made",
      node: [...nodes, shuffle],
      initializer: [floats("k", kernel), floats("b", bias), ...initializers],
      input: [value("x")],
      output: [value("y")],
      ...graph,
    },
    ...model,
  } satisfies ModelProto);
}

export const last = (from: string): NodeProto => nodeProto("Identity", [from], "last");
export const constantNode = (name: string, t: TensorProto): NodeProto =>
  nodeProto("Constant", [], name, [{ name: "value", t, type: 4, floats: [], ints: [] }]);
export const one = (number: number): Tensor => tensor([], Float32Array.of(number));
export const perChannel: Tensor = tensor([4, 1, 1], slopes.data);
