/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x4 alone (Set5: 31.11 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x4",
  sha256: "dae81ab9819ec7df259f08b169278a1381ff3fb7a3d1d0e39329f14e1dde45fd",
  url: () => new URL("../../../models/m11-x4.onnx", import.meta.url),
});
