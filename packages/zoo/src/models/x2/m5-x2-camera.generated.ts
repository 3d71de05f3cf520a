/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m5-x2-camera alone (Set5: 35.28 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m5-x2-camera",
  sha256: "83fd825056a2407b0f6225c1b2f30ab1824f7a5e14fb0828f103514ee5ebef44",
  url: () => new URL("../../../models/m5-x2-camera.onnx", import.meta.url),
});
