/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m11-x2 alone (Set5: 37.37 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m11-x2",
  sha256: "9f38dfe28b2dcc2b8e93d7667a56afc355eb7e11902aa88e45751066e5b33277",
  url: () => new URL("../../../models/m11-x2.onnx", import.meta.url),
});
