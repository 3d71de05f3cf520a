/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads mambalite-m-x4 alone (Set5: 30.93 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "mambalite-m-x4",
  sha256: "5a97b7d458d79ea256907fb310a2506716af5a0aa35a0e18f6db1f7e4735d0b4",
  url: () => new URL("../../../models/mambalite-m-x4.onnx", import.meta.url),
});
