/** Files to frames and back, in any environment with WebCodecs. For Node see `@tatami/codecs/node`. */

export { mediabunnyDriver } from "./mediabunny/driver.ts";
export type { MediabunnyDriverOptions } from "./mediabunny/driver.ts";
