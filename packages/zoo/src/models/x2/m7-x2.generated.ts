/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m7-x2 alone (Set5: 37.41 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m7-x2",
  sha256: "a08967c9e54c14ac7b3e5533eca635f2fad1927889acd594bedfccf69838edf0",
  url: () => new URL("../../../models/m7-x2.onnx", import.meta.url),
});
