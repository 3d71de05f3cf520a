/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m5-x2 alone (Set5: 37.2 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m5-x2",
  sha256: "20bb58ceac798b92c51d2ef9db4213aa46622d07d1e0be48a97ca96d94d4d876",
  url: () => new URL("../../../models/m5-x2.onnx", import.meta.url),
});
