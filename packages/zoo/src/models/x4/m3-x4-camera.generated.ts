/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m3-x4-camera alone (Set5: 29.59 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m3-x4-camera",
  sha256: "05ef47dfcacac7cf6b59e5e7981fdb438dc070520329dccb5678d7c8e95ea268",
  url: () => new URL("../../../models/m3-x4-camera.onnx", import.meta.url),
});
