/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m5-x4-camera alone (Set5: 29.63 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m5-x4-camera",
  sha256: "dbc56d472dbdc2f4791ee3ee9b3add78ed3498a35a46e9cd4c0c36b6dae12436",
  url: () => new URL("../../../models/m5-x4-camera.onnx", import.meta.url),
});
