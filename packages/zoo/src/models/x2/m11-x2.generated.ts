/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x2 alone (Set5: 37.48 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x2",
  sha256: "048812cb8ece9609af55726554f415b508f9d8c2a093e80d2846584ea9ab680d",
  url: () => new URL("../../../models/m11-x2.onnx", import.meta.url),
});
