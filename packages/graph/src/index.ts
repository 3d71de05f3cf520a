/** A model as a graph: ops, CPU reference, collapse, ONNX. */

export type { Backend, BackendName, BatchShape, Executable, Model } from "./model.ts";
export type { Node, Op, OpArguments } from "./node.ts";
export { elementCount, tensor } from "./tensor.ts";
export type { Tensor } from "./tensor.ts";
