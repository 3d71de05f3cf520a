/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads xl-x4 alone (Set5: 31.21 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "xl-x4",
  sha256: "9dc413c72a175a086f0f5121fb3a86f8e77f2a866ff208d4d8849e7573bfc0f6",
  url: () => new URL("../../../models/xl-x4.onnx", import.meta.url),
});
