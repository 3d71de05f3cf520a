/** Relaxed SIMD in Node. */

import { setFlagsFromString } from "node:v8";

/** Node 20 has it behind a flag, which later versions do not know any more. */
export function allowRelaxedSimd(): void {
  if (Number(process.versions.node.split(".")[0]) < 22)
    setFlagsFromString("--experimental-wasm-relaxed-simd");
}
