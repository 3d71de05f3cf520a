/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x4-camera alone (Set5: 29.71 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x4-camera",
  sha256: "4e3445e0dfbfd320de8c879e1f6b994561238fcd0a327ec6a081d2d79f6f8eed",
  url: () => new URL("../../../models/m11-x4-camera.onnx", import.meta.url),
});
