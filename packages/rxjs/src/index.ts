/** The upscaler as RxJS operators. */

export { fromCamera } from "./live/from-camera.ts";
export type { FromCameraOptions } from "./live/from-camera.ts";
export { fromMediaStreamTrack } from "./live/from-media-stream-track.ts";
export type { FromTrackOptions } from "./live/from-media-stream-track.ts";
export { fromVideoFile } from "./from-video-file.ts";
export type { FromVideoFileOptions } from "./from-video-file.ts";
export type { DropReason, OverflowOptions, OverflowPolicy, Picture } from "@tatami/core";
export { selectMotion } from "./select-motion.ts";
export type { MotionFrame, SelectMotionOptions } from "./select-motion.ts";
export { toMediaStreamTrack } from "./live/to-media-stream-track.ts";
export type { ToTrackOptions } from "./live/to-media-stream-track.ts";
export { toVideoFile } from "./to-video-file.ts";
export type { ToVideoFileOptions, VideoFileReport } from "./to-video-file.ts";
export { upscaleFrames } from "./upscale-frames.ts";
export type { GivenUpscalerOptions, OwnUpscalerOptions, UpscaleFramesOptions } from "./upscale-frames.ts";
export { withQuality } from "./with-quality.ts";
export type { Quality, QualityFrame, WithQualityOptions } from "./with-quality.ts";
