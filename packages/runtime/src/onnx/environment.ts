/** What differs in a browser: the entry of onnxruntime-web, and where cores and a GPU are told. */

import type * as Ort from "onnxruntime-web";

/** Loads the WebAssembly build, which does not carry the GPU code. */
export async function importWasmOrt(): Promise<typeof Ort> {
  try {
    return (await import("onnxruntime-web/wasm")) as typeof Ort;
  } catch (cause) {
    throw new Error(String(cause), { cause });
  }
}

/** Cores this process may use. */
export function coreCount(): number {
  return navigator.hardwareConcurrency;
}

/** WebGPU's entry point, where there is one. */
export async function findGpu(): Promise<GPU | undefined> {
  return (globalThis.navigator as Navigator | undefined)?.gpu;
}
