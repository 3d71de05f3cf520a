/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads xl-x2-pruned-26344 alone (Set5: 37.39 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "xl-x2-pruned-26344",
  sha256: "cb53a910d2827122d0ca2b7603a91087ad9361d8428a834bcebeaa466c2c874b",
  url: () => new URL("../../../models/xl-x2-pruned-26344.onnx", import.meta.url),
});
