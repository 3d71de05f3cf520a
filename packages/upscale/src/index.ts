/** The front door: decode, upscale, encode. */

// what its users name beside it
export { createFrame, createPlane, TatamiError } from "@tatami/core";
export type {
  CodecDriver,
  ErrorCode,
  Frame,
  FrameInit,
  MediaDescription,
  MediaInput,
  MediaOutput,
  Picture,
  Plane,
  Planes,
  Size,
} from "@tatami/core";
export { readOnnx } from "@tatami/graph";
export type { BackendName, Model, ModelChooser } from "@tatami/graph";
export { defaultDrivers } from "#default-drivers";
export { checkEnvironment } from "./check-environment.ts";
export type { EnvironmentNeeds, EnvironmentReport } from "./check-environment.ts";
export { inspect } from "./inspect.ts";
export type { InspectOptions } from "./inspect.ts";
export { openMedia } from "./files/open-media.ts";
export type { OpenedMedia } from "./files/open-media.ts";
export { upscalePicture } from "./picture/upscale-picture.ts";
export type { LargerPicture, UpscalePictureOptions } from "./picture/upscale-picture.ts";
export type { PictureInput, RgbaPicture } from "./picture/read-picture.ts";
export { plan } from "./plan.ts";
export { readFrames } from "./files/read-frames.ts";
export type { ReadingInit } from "./files/read-frames.ts";
export type { TargetSize } from "@tatami/core";
export type { ResumeOptions, SegmentsProgress } from "./segments/resume.ts";
export { openSegmentedJob } from "./segments/upscale-segments.ts";
export type { SegmentedJob } from "./segments/upscale-segments.ts";
export { upscale } from "./upscale.ts";
export { planInto, upscaleInto } from "./files/upscale-into.ts";
export type { FrameSink, IntoPlan, IntoReport, UpscaleIntoOptions } from "./files/upscale-into.ts";
export { createFrameProcessor, defaultThreads } from "@tatami/runtime";
export type { FrameProcessor, FrameProcessorOptions, FrameSource } from "@tatami/runtime";
export { checkFrameCall, checkFramesCall } from "./frames/check-frame.ts";
export { eitherUpscaler, encodingRules, isUpscaler, upscaleRules, upscalerRules } from "./option-rules.ts";
export { choosePatchSize, windowHalo } from "./cut/patch-size.ts";
export { createSettings } from "./settings.ts";
export type { Settings, SettingsInit } from "./settings.ts";
export { createUpscaler } from "./upscaler.ts";
export { UpscaleStream } from "./upscale-stream.ts";
export type { UpscaleStreamLimits, UpscaleStreamOptions } from "./upscale-stream.ts";
export type { FrameRateGoal, Pace, PaceLevel, PaceSummary } from "./pace/pace.ts";
export { loadLadder } from "./routing/ladder.ts";
export { fromVideoFrame, toVideoFrame } from "./frames/video-frame.ts";
export type { FuseMode, FusionSummary } from "@tatami/patches";
export { upscaleMoment } from "./moment/upscale-moment.ts";
export type { MomentMap, MomentPicture, UpscaleMomentOptions } from "./moment/upscale-moment.ts";
export { upscaleTrack } from "./live/upscale-track.ts";
export { createLiveQueue } from "./live/live-queue.ts";
export type { LiveQueue, LiveQueueOptions } from "./live/live-queue.ts";
export { createLiveCounter } from "./live/live-stats.ts";
export type { LiveCounter } from "./live/live-stats.ts";
export type {
  LiveStats,
  UpscaledTrack,
  UpscaleTrackLimits,
  UpscaleTrackOptions,
} from "./live/upscale-track.ts";
export type {
  DebugView,
  FrameOptions,
  Progress,
  Stage,
  UpscaleOptions,
  Upscaler,
  UpscalerOptions,
} from "./options.ts";
export { listKeptJobs, removeKeptJob } from "@tatami/codecs";
export type { KeptJob } from "@tatami/codecs";
export type { PlannedChoice, UpscalePlan, UpscaleReport } from "./report.ts";
