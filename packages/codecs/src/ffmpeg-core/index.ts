/** FFmpeg as a codec driver for browsers: what mediabunny and WebCodecs cannot read. */

export { ffmpegCoreDriver } from "./driver.ts";
export type { FfmpegCoreOptions, MultithreadedCore } from "./core/options.ts";
export { registerFfmpegEncoders } from "./encoders/register-encoders.ts";
