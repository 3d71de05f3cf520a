/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads xl-x2 alone (Set5: 37.62 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "xl-x2",
  sha256: "e6fc2587caac49ae7cb0df90a274d85f94b690adbd2de3c25e94d651b48dbe81",
  url: () => new URL("../../../models/xl-x2.onnx", import.meta.url),
});
