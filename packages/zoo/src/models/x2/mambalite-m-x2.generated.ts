/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads mambalite-m-x2 alone (Set5: 37.25 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "mambalite-m-x2",
  sha256: "ce5964a02537b16edc7f5d8816624836ccf78a63768907daf40d4e1a43c09167",
  url: () => new URL("../../../models/mambalite-m-x2.onnx", import.meta.url),
});
