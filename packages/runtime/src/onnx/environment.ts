/** What differs in a browser: the entry of onnxruntime-web, and where the number of cores is told. */

import type * as Ort from "onnxruntime-web";

/** Loads the WebAssembly build, which does not carry the GPU code. */
export async function importWasmOrt(): Promise<typeof Ort> {
  return (await import("onnxruntime-web/wasm")) as typeof Ort;
}

/** Cores this process may use. */
export function coreCount(): number {
  return navigator.hardwareConcurrency;
}
