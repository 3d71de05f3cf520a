/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x4-camera alone (Set5: 29.78 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x4-camera",
  sha256: "b011caab291287d2c702e7f0b16feefe84e6884f75a384a8dbce762338602054",
  url: () => new URL("../../../models/m11-x4-camera.onnx", import.meta.url),
});
