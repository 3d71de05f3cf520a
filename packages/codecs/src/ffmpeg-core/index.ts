/** FFmpeg as a codec driver for browsers: what mediabunny and WebCodecs cannot read. */

export { ffmpegCoreDriver } from "./driver.ts";
export type { FfmpegCoreOptions, MultithreadedCore } from "./options.ts";
export { registerFfmpegEncoders } from "./register-encoders.ts";
