/** For benches of other packages: an upscaler whose engines are one's own. Not part of the build. */

export { resolveUpscalerOptions } from "../resolve-options.ts";
export { openUpscaler } from "../upscaler.ts";
