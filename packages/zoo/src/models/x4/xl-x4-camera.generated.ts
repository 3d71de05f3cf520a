/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads xl-x4-camera alone (Set5: 30.01 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "xl-x4-camera",
  sha256: "0d6d9066ebf75a31e5e92db2c9d7cfd9d83b391c572462f29824b4ee5547f872",
  url: () => new URL("../../../models/xl-x4-camera.onnx", import.meta.url),
});
