/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x2-camera alone (Set5: 35.45 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x2-camera",
  sha256: "1a07087c1717fb1c1b9a4a74e53d9028db1441bb53048ca9e68d819f091bafbe",
  url: () => new URL("../../../models/m11-x2-camera.onnx", import.meta.url),
});
