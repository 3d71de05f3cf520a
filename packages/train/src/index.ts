/** Train wide, fold small: SESR networks trained on WebAssembly kernels, scored, and exported. */

export { checkArchitecture, countMacs720p, countParameters, layersOf } from "./architecture.ts";
export type { Architecture, Layer } from "./architecture.ts";
export { resizeBicubic, resizeLuma } from "./bicubic.ts";
export { compressedTable, evaluateCompressed } from "./camera/evaluate-compressed.ts";
export type { CompressedOptions, CompressedResult, CompressedRow } from "./camera/evaluate-compressed.ts";
export type { CameraCodec, Compress, CompressiblePicture, Compression } from "./camera/compress.ts";
export type { FrameSequence } from "./camera/frame-sequence.ts";
export { readFrameSequences } from "./camera/read-sequences.ts";
export type { ReadSequences } from "./camera/read-sequences.ts";
export { cardText } from "./card.ts";
export { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
export { createBicubicPair, createDataset } from "./dataset.ts";
export type { Dataset, DatasetEntry, LumaPair } from "./dataset.ts";
export { createEnlarge, evaluate } from "./evaluate.ts";
export type { Enlarge, EvaluationPicture, Score, ScoreRow } from "./evaluate.ts";
export { exportModel, foldCheckpoint } from "./export-model.ts";
export type { CardNotes, ExportedModel, FoldedModel } from "./export-model.ts";
export { expandFolded } from "./footage/expand-folded.ts";
export { fineTune } from "./footage/fine-tune.ts";
export type { FineTuneOptions } from "./footage/fine-tune.ts";
export { createFineTuneEngine } from "./footage/fine-tune-engine.ts";
export { fineTuneOnFrames } from "./footage/fine-tune-frames.ts";
export type {
  FineTuned,
  FineTuneEngine,
  FineTuneFramesOptions,
  FineTuneRun,
} from "./footage/fine-tune-frames.ts";
export type { Footage } from "./footage/read-videos.ts";
export type { FineTuneProgress } from "./footage/run-fine-tuning.ts";
export { compileKernels } from "./kernels.ts";
export type { CompiledKernels, KernelBuild } from "./kernels.ts";
export { cropToMultiple, lumaOf, roundLuma } from "./luma.ts";
export type { LumaPlane, Picture } from "./luma.ts";
export { createModelEnlarge } from "./model-enlarge.ts";
export type { OptimizerState } from "./optimizer/optimizer.ts";
export { prepareDataset } from "./prepared-dataset.ts";
export type { PrepareOptions } from "./prepared-dataset.ts";
export { psnr, ssim } from "@tatami/core";
export { readEvaluationSet } from "./read-evaluation-set.ts";
export type { EvaluationOptions } from "./read-evaluation-set.ts";
export { readDataset } from "./read-dataset.ts";
export { listRecipes, readRecipe } from "./read-recipe.ts";
export { readTrained } from "./read-trained.ts";
export { trainedModel } from "./trained-model.ts";
export type { Trained } from "./trained-model.ts";
export { createRecipe } from "./recipe.ts";
export type { Recipe, RecipeInit, Track } from "./recipe.ts";
export { historyPath, latestStart, readHistory } from "./report/history.ts";
export type { HistoryEntry, HistoryProgress, HistoryStart } from "./report/history.ts";
export { reportPath, writeReport } from "./report/write-report.ts";
export type { ReportOptions, ReportSet, WrittenReport } from "./report/write-report.ts";
export { scoreFolder } from "./score-folder.ts";
export { checkpointPath, train } from "./train.ts";
export type { TrainOptions, TrainProgress, TrainResult } from "./train.ts";
export type { Checkpoint, TrainerState } from "./trainer.ts";
export { createTeacher } from "./teacher/teacher.ts";
export type { Teacher } from "./teacher/teacher.ts";
export { describeTransfer } from "./describe-transfer.ts";
export type { TransferDescription } from "./describe-transfer.ts";
export { transferWeights } from "./transfer-weights.ts";
export type { FoldedWeights, StartWeights, WideWeights } from "./transfer-weights.ts";
export { writeWhole } from "./write-whole.ts";
