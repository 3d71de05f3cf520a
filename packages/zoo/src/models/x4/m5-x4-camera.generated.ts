/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m5-x4-camera alone (Set5: 29.63 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m5-x4-camera",
  sha256: "0a9ab0c6337f1f0b68050048156bdf770582a05cdfdf72eef273bb7f0af62297",
  url: () => new URL("../../../models/m5-x4-camera.onnx", import.meta.url),
});
