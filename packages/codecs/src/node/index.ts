/** Files to frames and back in Node, through FFmpeg by way of @mediabunny/server. */

export { nodeDriver } from "./driver.ts";
export { ffmpegNodeDriver } from "./ffmpeg/driver.ts";
export type { FfmpegNodeDriverOptions } from "./ffmpeg/driver.ts";
export { nodeDrivers } from "./drivers.ts";
export { compressPictures } from "./compress-pictures.ts";
export type { CompressOptions, I420Picture } from "./compress-pictures.ts";
export { compressionCodecs } from "./compression-codecs.ts";
export type { CompressionCodec } from "./compression-codecs.ts";
