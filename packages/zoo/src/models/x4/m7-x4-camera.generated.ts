/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m7-x4-camera alone (Set5: 29.72 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m7-x4-camera",
  sha256: "e779967497b28568d0f278021e654672b461cfa648870bfeb575c91879ee9d3e",
  url: () => new URL("../../../models/m7-x4-camera.onnx", import.meta.url),
});
