/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads xl-x2-camera alone (Set5: 35.54 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "xl-x2-camera",
  sha256: "3c92c42cc2acbb3b2d1afa7a5ba8506943b4f9ae3c7f3d35e755d79fc8eddb46",
  url: () => new URL("../../../models/xl-x2-camera.onnx", import.meta.url),
});
