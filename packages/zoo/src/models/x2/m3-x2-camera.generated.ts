/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Model } from "@tatami/graph";
import type { ReadModelOptions } from "../../read-model.ts";
import { loaderOf } from "../../read-model.ts";

/** Loads m3-x2-camera alone (Set5: 35.41 dB): no other model comes into a bundle. */
export const loadModel: (options?: ReadModelOptions) => Promise<Model> = loaderOf({
  name: "m3-x2-camera",
  sha256: "c87271a57cde7e11fc61deb75a5c98b7a469ddb2d93c6d9c7f69eeb51e020c08",
  url: () => new URL("../../../models/m3-x2-camera.onnx", import.meta.url),
});
