/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m5-x4 alone (Set5: 30.92 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m5-x4",
  sha256: "99ff30d10092c77cead36c9dac283c2b81c00595a53766d0dc939c478c2fc5b3",
  url: () => new URL("../../../models/m5-x4.onnx", import.meta.url),
});
