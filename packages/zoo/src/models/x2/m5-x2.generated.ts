/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m5-x2 alone (Set5: 37.31 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m5-x2",
  sha256: "5929e150cea36de0e3525200ce734ae59f32828db6696da2a66c5be4a29e9804",
  url: () => new URL("../../../models/m5-x2.onnx", import.meta.url),
});
