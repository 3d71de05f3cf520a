/** Fine-tuning in a browser: the parts of the trainer that need neither files nor Node. Call them in a worker. */

export type { Architecture } from "../architecture.ts";
export { resizeLuma } from "../bicubic.ts";
export { cardText } from "../card.ts";
export type { CameraCodec, Compress, CompressiblePicture } from "../camera/compress.ts";
export type { FrameSequence } from "../camera/frame-sequence.ts";
export { createEnlarge, evaluate } from "../evaluate.ts";
export type { Enlarge, EvaluationPicture, Score, ScoreRow } from "../evaluate.ts";
export { exportModel, foldCheckpoint } from "../export-model.ts";
export type { CardNotes, ExportedModel, FoldedModel } from "../export-model.ts";
export { fineTuneOnFrames } from "../footage/fine-tune-frames.ts";
export type { FineTuned, FineTuneEngine, FineTuneFramesOptions } from "../footage/fine-tune-frames.ts";
export { readVideos } from "../footage/read-videos.ts";
export type { Footage, NamedVideo, ReadVideosOptions } from "../footage/read-videos.ts";
export type { FineTuneProgress } from "../footage/run-fine-tuning.ts";
export { compileKernels } from "../kernels.ts";
export type { CompiledKernels, KernelBuild } from "../kernels.ts";
export type { LumaPlane } from "../luma.ts";
export { createModelEnlarge } from "../model-enlarge.ts";
export type { Checkpoint } from "../trainer.ts";
export { trainedModel } from "../trained-model.ts";
export type { Trained } from "../trained-model.ts";
export type { FoldedWeights, StartWeights } from "../transfer-weights.ts";
export { createBrowserEngine } from "./browser-engine.ts";
export type { BrowserEngine, BrowserEngineOptions } from "./browser-engine.ts";
export { serveBatches } from "./serve-batches.ts";
