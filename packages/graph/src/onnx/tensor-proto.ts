/** Numbers of ONNX files, to and from tensors. */

import { invalidModel } from "../invalid-model.ts";
import { elementCount, tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { floatType, integerType } from "./messages.ts";
import type { TensorProto } from "./messages.ts";

/** A float32 tensor. @throws TatamiError `invalid-model` for other types, external or missing data. */
export function readFloats(proto: TensorProto): Tensor {
  checkData(proto, floatType, "float32");
  const view = rawView(proto);
  const data = view
    ? Float32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true))
    : Float32Array.from(proto.float_data);
  checkCount(proto, data.length);
  return tensor([...proto.dims], data);
}

/** Whole numbers of an int64 tensor; what lies beyond ±2⁵³ is rounded. @throws TatamiError `invalid-model` */
export function readIntegers(proto: TensorProto): readonly number[] {
  checkData(proto, integerType, "int64");
  const view = rawView(proto);
  const numbers = view
    ? Array.from({ length: view.byteLength / 8 }, (_, i) => Number(view.getBigInt64(i * 8, true)))
    : [...proto.int64_data];
  checkCount(proto, numbers.length);
  return numbers;
}

/** The bytes of float32 numbers, little-endian. */
export function floatBytes(data: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(data.length * 4));
  for (const [i, value] of data.entries()) view.setFloat32(i * 4, value, true);
  return new Uint8Array(view.buffer);
}

/** The bytes of int64 numbers, little-endian. */
export function integerBytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (const [i, value] of values.entries()) view.setBigInt64(i * 8, BigInt(value), true);
  return new Uint8Array(view.buffer);
}

function rawView({ raw_data: raw, data_type: type }: TensorProto): DataView | undefined {
  if (!raw) return undefined;
  const size = type === integerType ? 8 : 4;
  return new DataView(raw.buffer, raw.byteOffset, Math.floor(raw.byteLength / size) * size);
}

function checkData(
  { name = "", data_type: type = 0, data_location: location = 0 }: TensorProto,
  wanted: number,
  word: string,
): void {
  if (type !== wanted) {
    throw invalidModel(
      `The numbers "${name}" are of ONNX type ${type}, not ${word} (${wanted}).`,
      `Export the model with ${word} numbers here; Tatami's models are float32.`,
      { tensor: name, type },
    );
  }
  if (location !== 0) {
    throw invalidModel(
      `The numbers "${name}" lie in another file.`,
      "Export the model with its weights inside the ONNX file.",
      { tensor: name },
    );
  }
}

function checkCount({ name = "", dims }: TensorProto, found: number): void {
  if (dims.every((size) => size >= 0) && elementCount(dims) === found) return;
  throw invalidModel(
    `The numbers "${name}" have shape [${dims.join(", ")}], but there are ${found} of them.`,
    "Export the model again; the file is damaged.",
    { tensor: name, found },
  );
}
