/** onnxruntime-web's WebAssembly build, for Node: only this entry starts threads there. */

import type * as Ort from "onnxruntime-web";

/** Loads it. */
export function importWasmOrt(): Promise<typeof Ort> {
  return import("onnxruntime-web");
}
