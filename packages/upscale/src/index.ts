/** The front door: decode, upscale, encode. */

export type {
  Progress,
  Stage,
  UpscaleOptions,
  UpscalePlan,
  UpscaleReport,
  Upscaler,
  UpscalerOptions,
} from "./options.ts";
