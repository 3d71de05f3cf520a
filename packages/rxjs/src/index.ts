/** The upscaler as RxJS operators. */

export { fromVideoFile } from "./from-video-file.ts";
export type { FromVideoFileOptions } from "./from-video-file.ts";
export type { DropReason, OverflowOptions, OverflowPolicy } from "./overflow.ts";
export type { Picture } from "./picture.ts";
export { selectMotion } from "./select-motion.ts";
export type { MotionFrame, SelectMotionOptions } from "./select-motion.ts";
export { toVideoFile } from "./to-video-file.ts";
export type { ToVideoFileOptions, VideoFileReport } from "./to-video-file.ts";
export { upscaleFrames } from "./upscale-frames.ts";
export type { GivenUpscalerOptions, OwnUpscalerOptions, UpscaleFramesOptions } from "./upscale-frames.ts";
export { withQuality } from "./with-quality.ts";
export type { Quality, QualityFrame, WithQualityOptions } from "./with-quality.ts";
