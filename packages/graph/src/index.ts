/** A model as a graph: ops, CPU reference, collapse, ONNX. */

export {
  absolute,
  add,
  clip,
  concat,
  constant,
  conv2d,
  depthToSpace,
  depthwiseConv2d,
  divide,
  exponential,
  input,
  logarithm,
  mean,
  multiply,
  plus,
  prelu,
  relu,
  scalar,
  selectiveScan,
  sigmoid,
  slice,
  spaceToDepth,
  squareRoot,
  subtract,
  sum,
  times,
  unwindow,
  window,
} from "./build.ts";
export type { ScanSizes } from "./build.ts";
export {
  conv2dInputGradient,
  conv2dWeightGradient,
  cumulativeSum,
  depthwiseInputGradient,
  depthwiseWeightGradient,
  expand,
  isPositive,
  isWithin,
  matrixMultiply,
  pad,
  parameter,
  preluInputGradient,
  preluSlopeGradient,
  reshape,
  sign,
  sumTo,
  transpose,
} from "./build-training.ts";
export { collapse, collapseRules } from "./collapse/collapse.ts";
export { countMacs, countParameters } from "./model/count.ts";
export { gradient, pullback } from "./gradient.ts";
export { alignmentOf, haloOf, reachOf } from "./model/halo.ts";
export { largestDifference } from "./largest-difference.ts";
export { mixModels } from "./model/mix-models.ts";
export type { DistilNote, ModelCard, ModelParent, PruningNote } from "./model/model-card.ts";
export { checkModel, isModel } from "./model/model.ts";
export type { Backend, BackendName, BatchShape, Executable, Model } from "./model/model.ts";
export type { Node, Op, OpArguments } from "./node.ts";
export { isOp } from "./is-op.ts";
export { readOnnx, readOnnxGraph } from "./onnx/read/read-onnx.ts";
export type { OnnxFile, OnnxGraphFile } from "./onnx/read/read-onnx.ts";
export { writeOnnx, writeOnnxGraph } from "./onnx/write-onnx.ts";
export { writeProgramOnnx } from "./onnx/write-program-onnx.ts";
export { createNetworkModel, initialWeights } from "./networks/network.ts";
export type { Begin, BuiltNetwork, LinearBlock, Network, WeightSpec } from "./networks/network.ts";
export { networkOf, networks } from "./networks/registry.ts";
export type { NetworkName } from "./networks/registry.ts";
export type { CriticShape } from "./networks/critic.ts";
export type { EdsrShape } from "./networks/edsr.ts";
export { mambaSizes } from "./networks/mamba/mamba.ts";
export type { MambaShape } from "./networks/mamba/mamba.ts";
export type { MlpShape } from "./networks/mlp.ts";
export type { SesrNetworkShape } from "./networks/sesr.ts";
export { sesrSizes } from "./networks/sesr-sizes.ts";
export type { SesrSize, SesrSizeShape } from "./networks/sesr-sizes.ts";
export {
  blockPhase,
  checkDegrader,
  degrade,
  degraderChannels,
  degraderNoise,
  degraderWeights,
  reduceBicubic,
} from "./networks/tddsr/degrader.ts";
export type { DegraderInput, DegraderShape } from "./networks/tddsr/degrader.ts";
export {
  enlargeBicubic,
  enlargeBySesr,
  enlargerPrefix,
  largestNoise,
  restore,
  restorer,
  restorerState,
} from "./networks/tddsr/restorer.ts";
export type { RestorerShape } from "./networks/tddsr/restorer.ts";
export type { UnetShape } from "./networks/unet.ts";
export { spectralNorm } from "./networks/spectral-norm.ts";
export type { SpectralNorm } from "./networks/spectral-norm.ts";
export { expandToWide, foldWide, weightParameters, wideWeight, widen } from "./networks/wide.ts";
export type { WeightParameters } from "./networks/wide.ts";
export { opDefinitions } from "./ops/index.ts";
export type { OpDefinitions } from "./ops/index.ts";
export type {
  GradientBuilders,
  OnnxAttributes,
  OnnxBody,
  OnnxEmitter,
  OnnxScans,
  OpDefinition,
  Shape,
  WriteBody,
} from "./ops/definition.ts";
export { placesOf, windowOrders, windowsAlong } from "./ops/sequence/window-order.ts";
export type { WindowArgument, WindowOrder } from "./ops/sequence/window-order.ts";
export type { Look, ModelChoice, ModelChooser } from "./model/model-chooser.ts";
export { printModel } from "./model/print.ts";
export { parametersOf } from "./program.ts";
export type { Program } from "./program.ts";
export { randomModel } from "./random/random-model.ts";
export { randomTensor } from "./random/random-tensor.ts";
export { runProgram, runReference } from "./reference.ts";
export { replaceNodes } from "./rewrite/replace-nodes.ts";
export { rewrite, rewriteEach } from "./rewrite/rewrite.ts";
export type { Rewrite } from "./rewrite/rewrite.ts";
export { seededMamba, seededSesr, seededUnet, seededWeights } from "./random/seeded-models.ts";
export { createSeededRandom } from "./random/seeded-random.ts";
export { shareEqual } from "./rewrite/share-equal.ts";
export { outputShape, shapesOf } from "./shape.ts";
export { enlargeByFilter, weighAgainstFilter } from "./strength.ts";
export { elementCount, tensor } from "./tensor.ts";
export type { Tensor } from "./tensor.ts";
export type { StateKind } from "./training/adam.ts";
export { layOutFlat } from "./training/program-engine.ts";
export type {
  BatchResult,
  FlatLayout,
  LossBuilder,
  ProgramEngine,
  ResidentRunner,
  Span,
  StepResult,
  StepRunner,
  TrainingLoss,
} from "./training/program-engine.ts";
export { splitAtBatch } from "./training/split-loss.ts";
export type { CutValue, SplitLoss } from "./training/split-loss.ts";
export { stepNumbers } from "./training/step-options.ts";
export type { StepNumbers, TrainingStepOptions } from "./training/step-options.ts";
export { createTrainingStep } from "./training/training-step.ts";
export type { StepState, TrainingStep } from "./training/training-step.ts";
export { topologicalOrder } from "./rewrite/topological-order.ts";
export { verify, verifyOrThrow } from "./model/verify.ts";
