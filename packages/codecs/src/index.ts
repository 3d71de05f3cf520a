/** Files to frames and back, in any environment with WebCodecs. For Node see `@tatami/codecs/node`. */

export { copyPlanes } from "./mediabunny/copy-planes.ts";
export { mediabunnyDriver } from "./mediabunny/driver.ts";
export type { MediabunnyDriverOptions } from "./mediabunny/driver.ts";
export type { PackedPicture, RawPicture } from "./mediabunny/platform.ts";
export { packI420 } from "./mediabunny/to-i420.ts";
