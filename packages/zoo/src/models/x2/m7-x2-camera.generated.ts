/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m7-x2-camera alone (Set5: 35.38 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m7-x2-camera",
  sha256: "d002e9159a00a1fa291ebb51ba7a386a9258b522144fbbb5c21c14d2a752cb73",
  url: () => new URL("../../../models/m7-x2-camera.onnx", import.meta.url),
});
