/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads mambalite-s-x2 alone (Set5: 37.21 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "mambalite-s-x2",
  sha256: "8307c9e9156fddcdb10099e2e2f09382799df82ddab004605560b76cac60bf0c",
  url: () => new URL("../../../models/mambalite-s-x2.onnx", import.meta.url),
});
