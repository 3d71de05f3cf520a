/** Files to frames and back, in any environment with WebCodecs. For Node see `@tatami/codecs/node`. */

export { copyPlanes } from "./picture/copy-planes.ts";
export { mediabunnyDriver } from "./mediabunny/driver.ts";
export { listKeptJobs, removeKeptJob } from "./mediabunny/segments/part-store.ts";
export type { KeptJob } from "./mediabunny/segments/part-store.ts";
export type { PackedPicture, RawPicture } from "./picture/raw-picture.ts";
export { rgbPlanesMatrix } from "./picture/rgb-to-planes.ts";
export { packI420 } from "./picture/to-i420.ts";
export { compressPictures } from "./web-codecs/compress-pictures.ts";
export type { EvenPicture, WebCompressOptions } from "./web-codecs/compress-pictures.ts";
export { findWebCompression } from "./web-codecs/find-compression.ts";
export type { WebCompression } from "./web-codecs/find-compression.ts";
