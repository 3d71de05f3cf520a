/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads xl-x2-camera alone (Set5: 35.48 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "xl-x2-camera",
  sha256: "10cd3999a0ca5cc080dca83d7e35422016111caf3bb06cacd1c4416646108edd",
  url: () => new URL("../../../models/xl-x2-camera.onnx", import.meta.url),
});
