/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x2-camera alone (Set5: 35.45 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x2-camera",
  sha256: "e66c2d56372b465e58074fcf35d0728dffbeb2f5519b59de8baf94f3d15b2e67",
  url: () => new URL("../../../models/m11-x2-camera.onnx", import.meta.url),
});
