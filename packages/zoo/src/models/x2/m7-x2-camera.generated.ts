/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m7-x2-camera alone (Set5: 35.39 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m7-x2-camera",
  sha256: "82aa9d16924b71cf6ae794e5d78101782ddc2e80a51e1533adaac6188eb4302e",
  url: () => new URL("../../../models/m7-x2-camera.onnx", import.meta.url),
});
