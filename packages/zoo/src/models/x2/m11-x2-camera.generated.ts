/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x2-camera alone (Set5: 35.4 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x2-camera",
  sha256: "1c08aca8833d7ceec04f575444c499cb2ecf34a82a2f66aee3dc2d6c98d21ab2",
  url: () => new URL("../../../models/m11-x2-camera.onnx", import.meta.url),
});
