/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m5-x2-camera alone (Set5: 35.23 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m5-x2-camera",
  sha256: "77ec46aad42a85e106087460a1152258e3c8041ecd6ada762ec401d46cc24aa3",
  url: () => new URL("../../../models/m5-x2-camera.onnx", import.meta.url),
});
