/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m7-x4-camera alone (Set5: 29.78 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m7-x4-camera",
  sha256: "db9bcaecee1033d50e15be240adf5fe967f451a8ed1c29620cfa54682920e764",
  url: () => new URL("../../../models/m7-x4-camera.onnx", import.meta.url),
});
