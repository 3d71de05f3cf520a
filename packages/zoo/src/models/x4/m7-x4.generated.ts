/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m7-x4 alone (Set5: 31 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m7-x4",
  sha256: "a27ea319224a081fdf64afef27e4df2291e57eb1ef1c795381b7150240743186",
  url: () => new URL("../../../models/m7-x4.onnx", import.meta.url),
});
