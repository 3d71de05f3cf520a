/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads xl-x4-camera alone (Set5: 30.02 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "xl-x4-camera",
  sha256: "617f327c1dee7be650bb1845a971ab03eed1cda14b9e4502902e0810a47ffb6d",
  url: () => new URL("../../../models/xl-x4-camera.onnx", import.meta.url),
});
