/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m5-x4-camera alone (Set5: 29.6 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m5-x4-camera",
  sha256: "489fb06a2d8061051ec0c32c01078cea14515c87ead46a6ebb65230079a9b698",
  url: () => new URL("../../../models/m5-x4-camera.onnx", import.meta.url),
});
