/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads xl-x4-camera alone (Set5: 29.9 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "xl-x4-camera",
  sha256: "ebb02b4a97f47735abb423dc9b64bb2e68d3bd5f26547091279f3689ac9c1af4",
  url: () => new URL("../../../models/xl-x4-camera.onnx", import.meta.url),
});
