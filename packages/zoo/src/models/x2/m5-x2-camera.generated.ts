/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m5-x2-camera alone (Set5: 35.34 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m5-x2-camera",
  sha256: "31e0bcef8f8bea1c2ac5989b0f78734ea18cf80d7192dbda9e0cb8a40e6efe2c",
  url: () => new URL("../../../models/m5-x2-camera.onnx", import.meta.url),
});
