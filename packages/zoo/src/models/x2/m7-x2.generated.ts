/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m7-x2 alone (Set5: 37.28 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m7-x2",
  sha256: "34cab0bac44d6f5f22ad1213d10e955f60449a679dadfc1db59e7abbf8bb23cb",
  url: () => new URL("../../../models/m7-x2.onnx", import.meta.url),
});
