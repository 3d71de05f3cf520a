/** Files to frames and back in Node, by FFmpeg's libraries. */

export { nodeDriver } from "./driver.ts";
export type { NodeDriverOptions } from "./driver.ts";
export { compressPictures } from "./compress-pictures.ts";
export type { CompressOptions, I420Picture } from "./compress-pictures.ts";
export { compressionCodecs } from "./compression-codecs.ts";
export type { CompressionCodec } from "./compression-codecs.ts";
export { createAnimation } from "./frames/animation.ts";
export type { AnimationOptions, AnimationWriter } from "./frames/animation.ts";
export { createRawVideo, createY4m } from "./frames/raw-video.ts";
export type { RawVideoWriter } from "./frames/raw-video.ts";
export type { RawVideo } from "./frames/raw-input.ts";
export { kindOfFile } from "./input/file-kinds.ts";
export { createPartialFile } from "./output/file/partial-file.ts";
export type { PartialFile } from "./output/file/partial-file.ts";
export { removeSegments } from "./segments/open-segments.ts";
export { openSharedSegments } from "./segments/open-shared-segments.ts";
export type { SharedRole } from "./segments/open-shared-segments.ts";
export { segmentsFolder } from "./segments/parts-folder.ts";
