/** onnxruntime-web's WebAssembly build, for browsers: it does not carry the GPU code. */

import type * as Ort from "onnxruntime-web";

/** Loads it. */
export async function importWasmOrt(): Promise<typeof Ort> {
  return (await import("onnxruntime-web/wasm")) as typeof Ort;
}
