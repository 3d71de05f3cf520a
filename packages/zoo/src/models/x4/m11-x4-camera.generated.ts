/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x4-camera alone (Set5: 29.77 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x4-camera",
  sha256: "09d8610ae93072b34f9271955a89d0a4c71525bdca37cf3fdd41ba2e02fb4fe0",
  url: () => new URL("../../../models/m11-x4-camera.onnx", import.meta.url),
});
