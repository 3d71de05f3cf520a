/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads xl-x4 alone (Set5: 31.52 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "xl-x4",
  sha256: "54a58f9e0cce05e215c768ce9f0acb8af9d843ca72b86cd4effdff165b985779",
  url: () => new URL("../../../models/xl-x4.onnx", import.meta.url),
});
