/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads micro-x2 alone (Set5: 36.52 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "micro-x2",
  sha256: "78689e346033c6162749737d060096e7645a50a023e5edccaec57aec15357a28",
  url: () => new URL("../../../models/micro-x2.onnx", import.meta.url),
});
