/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m3-x4 alone (Set5: 30.72 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m3-x4",
  sha256: "6caa2c5fef139643dea954a80698be1e377e21848a936dab471583401d0f50d6",
  url: () => new URL("../../../models/m3-x4.onnx", import.meta.url),
});
