/** Written by scripts/generate-registry.js from restorers/*.json; do not edit. */

import type { ShippedFile } from "./read-model.ts";

export const shippedRestorers: Readonly<Record<"fidelity" | "perceptual", ShippedFile>> = {
  fidelity: {
    name: "tddsr-x2.fidelity",
    sha256: "d2f8b77fc4ab071ba835076d06c10e1e83ada07d19a90cbc7d5f961f37cdd831",
    url: () => new URL("../restorers/tddsr-x2.fidelity.onnx", import.meta.url),
  },
  perceptual: {
    name: "tddsr-x2.perceptual",
    sha256: "d3f5760fe907f1d2450217442a1829472e41bb14f514e60aa6a2f3ccc40ad691",
    url: () => new URL("../restorers/tddsr-x2.perceptual.onnx", import.meta.url),
  },
};
