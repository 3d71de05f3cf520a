/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads micro-x2 alone (Set5: 36.45 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "micro-x2",
  sha256: "d51c006f14360e41cdd59de16c19e6c72eef8c2e52989d3f7385dbdafd33f914",
  url: () => new URL("../../../models/micro-x2.onnx", import.meta.url),
});
