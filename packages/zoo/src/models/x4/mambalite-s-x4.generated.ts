/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads mambalite-s-x4 alone (Set5: 30.85 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "mambalite-s-x4",
  sha256: "03dd592389e011041d2b750694cfd1c7d57d8596428da5b8bbf5998c8e36cc5b",
  url: () => new URL("../../../models/mambalite-s-x4.onnx", import.meta.url),
});
