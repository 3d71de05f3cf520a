/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m5-x4 alone (Set5: 31.02 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m5-x4",
  sha256: "bc3ea8a279038a2e289359452e780aa9aaadf63ca59608435778a2b43877690c",
  url: () => new URL("../../../models/m5-x4.onnx", import.meta.url),
});
