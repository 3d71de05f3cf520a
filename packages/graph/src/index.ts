/** A model as a graph: ops, CPU reference, collapse, ONNX. */

export {
  add,
  clip,
  concat,
  constant,
  conv2d,
  depthToSpace,
  input,
  multiply,
  prelu,
  relu,
  scalar,
  slice,
  subtract,
} from "./build.ts";
export { collapse, collapseRules } from "./collapse/collapse.ts";
export { countMacs, countParameters } from "./count.ts";
export { haloOf } from "./halo.ts";
export { largestDifference } from "./largest-difference.ts";
export type { ModelCard } from "./model-card.ts";
export type { Backend, BackendName, BatchShape, Executable, Model } from "./model.ts";
export type { Node, Op, OpArguments } from "./node.ts";
export { isOp } from "./is-op.ts";
export { readOnnx } from "./onnx/read-onnx.ts";
export type { OnnxFile } from "./onnx/read-onnx.ts";
export { writeOnnx } from "./onnx/write-onnx.ts";
export { opDefinitions } from "./ops/index.ts";
export type { OpDefinitions } from "./ops/index.ts";
export type { OnnxAttributes, OnnxEmitter, OpDefinition, Shape } from "./ops/definition.ts";
export { printModel } from "./print.ts";
export { randomModel } from "./random-model.ts";
export { randomTensor } from "./random-tensor.ts";
export { runReference } from "./reference.ts";
export { rewrite } from "./rewrite.ts";
export type { Rewrite } from "./rewrite.ts";
export { createSeededRandom } from "./seeded-random.ts";
export { collapseSesrWeights } from "./sesr/collapse-weights.ts";
export { sesrConfig, sesrConfigs } from "./sesr/config.ts";
export type { SesrConfig, SesrSize } from "./sesr/config.ts";
export { initialSesrWeights } from "./sesr/initial-weights.ts";
export { createCollapsedSesr, createWideSesr } from "./sesr/network.ts";
export type {
  CollapsedBlockWeights,
  CollapsedSesrWeights,
  SesrWeights,
  Slopes,
  WideBlockWeights,
  WideSesrWeights,
} from "./sesr/weights.ts";
export { outputShape, shapesOf } from "./shape.ts";
export { elementCount, tensor } from "./tensor.ts";
export type { Tensor } from "./tensor.ts";
export { topologicalOrder } from "./topological-order.ts";
export { verify, verifyOrThrow } from "./verify.ts";
