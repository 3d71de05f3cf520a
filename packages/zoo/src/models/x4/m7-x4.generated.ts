/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m7-x4 alone (Set5: 31.15 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m7-x4",
  sha256: "535ea3c2d916ae605c0cd1d41fd192097e11c7398dd63b4469b8c27717a1904e",
  url: () => new URL("../../../models/m7-x4.onnx", import.meta.url),
});
