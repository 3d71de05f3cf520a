/** The upscaler as RxJS operators. */

export type { DropReason, OverflowOptions, OverflowPolicy } from "./overflow.ts";
export type { Picture } from "./picture.ts";
export { upscaleFrames } from "./upscale-frames.ts";
export type { GivenUpscalerOptions, OwnUpscalerOptions, UpscaleFramesOptions } from "./upscale-frames.ts";
