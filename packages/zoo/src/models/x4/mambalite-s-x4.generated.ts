/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads mambalite-s-x4 alone (Set5: 30.85 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "mambalite-s-x4",
  sha256: "db27642eae80089ab4bea6f57d2dafb3782968ca211345c1ce1706fadaaaa56e",
  url: () => new URL("../../../models/mambalite-s-x4.onnx", import.meta.url),
});
