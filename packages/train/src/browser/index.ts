/** Fine-tuning in a browser: the parts of the trainer that need neither files nor Node. Call them in a worker. */

export { resizeLuma } from "../data/bicubic.ts";
export type { CameraCodec, Compress, CompressiblePicture } from "../data/camera/compress.ts";
export type { FrameSequence } from "../data/camera/frame-sequence.ts";
export { createEnlarge, evaluate } from "../report/evaluate.ts";
export type { Enlarge, EvaluationPicture, Score, ScoreRow } from "../report/evaluate.ts";
export { cardText, exportModel, foldCheckpoint } from "../report/export-model.ts";
export type { CardNotes, ExportedModel, FoldedModel } from "../report/export-model.ts";
export { fineTuneOnFrames } from "../footage/fine-tune-frames.ts";
export type { FineTuned, FineTuneEngine, FineTuneFramesOptions } from "../footage/fine-tune-frames.ts";
export { readVideos } from "../footage/read-videos.ts";
export type { Footage, NamedVideo, ReadVideosOptions } from "../footage/read-videos.ts";
export { softnessNote, softnessRemark } from "../footage/softness.ts";
export type { FineTuneProgress } from "../footage/run-fine-tuning.ts";
export { compileKernels } from "../run/kernels.ts";
export type { CompiledKernels, KernelBuild } from "../run/kernels.ts";
export type { LumaPlane } from "../data/luma.ts";
export { createModelEnlarge } from "../report/model-enlarge.ts";
export type { Checkpoint } from "../run/checkpoint/checkpoint-content.ts";
export { trainedModel } from "../shape/trained-model.ts";
export type { Trained } from "../shape/trained-model.ts";
export type { StartWeights } from "../shape/transfer-weights.ts";
export { createBrowserEngine } from "./browser-engine.ts";
export type { BrowserEngine, BrowserEngineOptions } from "./browser-engine.ts";
