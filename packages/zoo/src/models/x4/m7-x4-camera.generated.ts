/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m7-x4-camera alone (Set5: 29.76 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m7-x4-camera",
  sha256: "049b948b065ec2bff1d180fc4eb3f18c6f3e9d97c7b7899e0d4bb1911e36b283",
  url: () => new URL("../../../models/m7-x4-camera.onnx", import.meta.url),
});
