/** Train wide, fold small: networks trained on WebAssembly kernels, scored, and exported. */

export { resizeBicubic, resizeLuma } from "./data/bicubic.ts";
export { compressedTable, evaluateCompressed } from "./data/camera/evaluate-compressed.ts";
export type {
  CompressedOptions,
  CompressedResult,
  CompressedRow,
} from "./data/camera/evaluate-compressed.ts";
export type { CameraCodec, Compress, CompressiblePicture, Compression } from "./data/camera/compress.ts";
export type { FrameSequence } from "./data/camera/frame-sequence.ts";
export { readFrameSequences } from "./data/camera/read-sequences.ts";
export type { ReadSequences } from "./data/camera/read-sequences.ts";
export { readCheckpoint, writeCheckpoint } from "./run/checkpoint/checkpoint.ts";
export { createDataset } from "./data/dataset.ts";
export type { Dataset, DatasetEntry, LumaPair } from "./data/dataset.ts";
export { createEnlarge, evaluate } from "./report/evaluate.ts";
export type { Enlarge, EvaluationPicture, Score, ScoreRow } from "./report/evaluate.ts";
export { cardText, exportModel, foldCheckpoint } from "./report/export-model.ts";
export type { CardNotes, ExportedModel, FoldedModel } from "./report/export-model.ts";
export { fineTune } from "./footage/fine-tune.ts";
export type { FineTuneOptions, FootageTuned } from "./footage/fine-tune.ts";
export { createFineTuneEngine } from "./footage/fine-tune-engine.ts";
export { fineTuneOnFrames } from "./footage/fine-tune-frames.ts";
export type { FineTuned, FineTuneEngine, FineTuneFramesOptions } from "./footage/fine-tune-frames.ts";
export type { Footage } from "./footage/read-videos.ts";
export { softnessNote, softnessRemark } from "./footage/softness.ts";
export type { FineTuneProgress } from "./footage/run-fine-tuning.ts";
export { compileKernels } from "./run/kernels.ts";
export type { CompiledKernels, KernelBuild } from "./run/kernels.ts";
export { cropToMultiple, lumaOf, roundLuma } from "./data/luma.ts";
export type { LumaPlane, Picture } from "./data/luma.ts";
export { createModelEnlarge } from "./report/model-enlarge.ts";
export { prepareDataset } from "./data/prepared-dataset.ts";
export type { PrepareOptions } from "./data/prepared-dataset.ts";
export { psnr, ssim } from "@tatami/core";
export { drawEvaluationSet, readEvaluationSet } from "./data/read-evaluation-set.ts";
export type { EvaluationOptions } from "./data/read-evaluation-set.ts";
export { readDataset } from "./data/read-dataset.ts";
export {
  listCampaigns,
  listRecipes,
  listTddsrRecipes,
  readCampaign,
  readRecipe,
  readTddsrRecipe,
} from "./campaign/read-recipe.ts";
export { readTrained } from "./campaign/read-trained.ts";
export { trainedModel } from "./shape/trained-model.ts";
export type { MadeHow, Trained } from "./shape/trained-model.ts";
export { prune } from "./prune/prune.ts";
export type { PruneResult } from "./prune/prune.ts";
export type { PruneOptions, PruningListeners, PruningMethod } from "./prune/options.ts";
export { pruningLog } from "./prune/pruning-state.ts";
export type { PruningEntry, PruningStart, PruningStop } from "./prune/pruning-state.ts";
export type { PruningMove } from "./prune/search/workshop.ts";
export type { Criterion } from "./prune/cuts/criterion.ts";
export { writePruningReport } from "./prune/report/write-pruning-report.ts";
export { parentOf } from "./campaign/lineage.ts";
export { createRecipe } from "./campaign/recipe.ts";
export { createCampaign, planCampaign } from "./campaign/campaign.ts";
export type { Campaign, CampaignEntry, PlannedEntry } from "./campaign/campaign.ts";
export { runCampaign } from "./campaign/run-campaign.ts";
export type {
  CampaignResult,
  EntryListeners,
  EntryProgress,
  RunCampaignOptions,
} from "./campaign/run-campaign.ts";
export { runRecipe } from "./campaign/run-recipe.ts";
export type { RunRecipeOptions, RunRecipeResult } from "./campaign/run-recipe.ts";
export type { NetworkShape, Recipe, RecipeInit, Side } from "./campaign/recipe.ts";
export type { Tensors } from "./objective/super-resolution.ts";
export type { ReducedPicture, ReduceOptions, Track, TrackName } from "./data/track.ts";
export { trackNames, tracks, usualTrack } from "./data/tracks.ts";
export { createBicubicPair } from "./data/tracks/bicubic.ts";
export { historyPath, latestStart, readHistory } from "./report/history.ts";
export type { HistoryEntry, HistoryProgress, HistoryStart } from "./report/history.ts";
export { writeModel } from "./report/write-model.ts";
export type { WriteModelOptions } from "./report/write-model.ts";
export { reportPath, writeReport } from "./report/write-report.ts";
export type { ReportOptions, WrittenReport } from "./report/write-report.ts";
export type { ReportSet } from "./report/page/page.ts";
export { scoreFolder } from "./report/score-folder.ts";
export { checkpointPath, train } from "./run/train.ts";
export type { TrainOptions, TrainProgress, TrainResult } from "./run/train.ts";
export type { Checkpoint } from "./run/checkpoint/checkpoint-content.ts";
export type { PlayerState, Run, RunReport, RunState } from "./run/player-trainer.ts";
export { createDegrade, readLearned } from "./tddsr/degradation.ts";
export type { Degrade } from "./tddsr/degradation.ts";
export { createTddsrRecipe, tddsrStages } from "./tddsr/recipe.ts";
export type { TddsrRecipe, TddsrRecipeInit, TddsrStage } from "./tddsr/recipe.ts";
export { degradePictureFile } from "./tddsr/degrade-file.ts";
export type { DegradeFileOptions } from "./tddsr/degrade-file.ts";
export type { PerceptualDistance } from "./tddsr/collapse.ts";
export type { TddsrFiles } from "./tddsr/export-tddsr.ts";
export { learnOwnCamera } from "./tddsr/own-camera/learn-own-camera.ts";
export type { LearnOwnCameraOptions, OwnCamera } from "./tddsr/own-camera/learn-own-camera.ts";
export type { OwnScore } from "./tddsr/own-camera/judge-student.ts";
export type { OwnPlan } from "./tddsr/own-camera/own-plan.ts";
export type { OwnFrames } from "./tddsr/own-camera/own-frames.ts";
export { runTddsr } from "./tddsr/run-tddsr.ts";
export type { RunTddsrOptions, TddsrResult } from "./tddsr/run-tddsr.ts";
export { distilMethods } from "./distil/options.ts";
export type { Distil, DistilInit, DistilMethod } from "./distil/options.ts";
export { createOnnxTeacher, createTeacher } from "./teacher/teacher.ts";
export type { Teacher } from "./teacher/teacher.ts";
export type { LessonPlan } from "./teacher/teach-dataset.ts";
export { describeTransfer } from "./shape/describe-transfer.ts";
export type { TransferDescription } from "./shape/describe-transfer.ts";
export { transferWeights } from "./shape/transfer-weights.ts";
export type { StartWeights } from "./shape/transfer-weights.ts";
export { writeWhole } from "./run/write-whole.ts";
