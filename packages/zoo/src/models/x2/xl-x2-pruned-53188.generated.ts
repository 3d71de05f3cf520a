/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads xl-x2-pruned-53188 alone (Set5: 37.44 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "xl-x2-pruned-53188",
  sha256: "671af8db24d0bfa7f1ddff7510744a1aa247d00d6a777e1a275ca09733be6769",
  url: () => new URL("../../../models/xl-x2-pruned-53188.onnx", import.meta.url),
});
