/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x2 alone (Set5: 37.47 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x2",
  sha256: "50e362c553dc6b5afaa29b237603d2b916bed2d501cbd84351d30adc12403927",
  url: () => new URL("../../../models/m11-x2.onnx", import.meta.url),
});
