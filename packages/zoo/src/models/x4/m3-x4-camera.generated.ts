/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m3-x4-camera alone (Set5: 29.63 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m3-x4-camera",
  sha256: "160a6569ff05dc8679eb24ab7e37568bee5420508c424a9994bfb8894c691844",
  url: () => new URL("../../../models/m3-x4-camera.onnx", import.meta.url),
});
