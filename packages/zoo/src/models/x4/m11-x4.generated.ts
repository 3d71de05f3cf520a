/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x4 alone (Set5: 31.27 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x4",
  sha256: "d89603968fdd8ea0ee5b76282191391fff732fe5a542481d9f4b73326177f889",
  url: () => new URL("../../../models/m11-x4.onnx", import.meta.url),
});
