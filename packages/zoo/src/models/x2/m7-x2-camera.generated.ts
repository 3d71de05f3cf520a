/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m7-x2-camera alone (Set5: 35.34 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m7-x2-camera",
  sha256: "98be5e963e0f3c65d27fe68c563038397816e9b70f139a5d555f6d380eb82f5f",
  url: () => new URL("../../../models/m7-x2-camera.onnx", import.meta.url),
});
