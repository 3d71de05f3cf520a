/** What differs in Node: the entry of onnxruntime-web, and where the number of cores is told. */

import { availableParallelism } from "node:os";
import type * as Ort from "onnxruntime-web";

/** Loads the WebAssembly build: of its entries only this one starts threads in Node. */
export function importWasmOrt(): Promise<typeof Ort> {
  return import("onnxruntime-web");
}

/** Cores this process may use. */
export function coreCount(): number {
  return availableParallelism();
}
