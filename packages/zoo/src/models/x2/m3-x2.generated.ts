/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m3-x2 alone (Set5: 36.96 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m3-x2",
  sha256: "e65ecf448144a2b4052958045584c7ac049b2d85cbb0c0f48ed714f5efbbaf1a",
  url: () => new URL("../../../models/m3-x2.onnx", import.meta.url),
});
