/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m3-x4 alone (Set5: 30.61 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m3-x4",
  sha256: "2ca28c537d8e5eb8e60df629c926a50fe0ae883c16a6ff07def48c98dd6df2aa",
  url: () => new URL("../../../models/m3-x4.onnx", import.meta.url),
});
