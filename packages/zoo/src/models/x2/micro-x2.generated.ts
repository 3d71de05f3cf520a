/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads micro-x2 alone (Set5: 36.55 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "micro-x2",
  sha256: "073e861d04c21683fe418a29de958eab4004a011ee47e369f3d06e0e5e030f9f",
  url: () => new URL("../../../models/micro-x2.onnx", import.meta.url),
});
