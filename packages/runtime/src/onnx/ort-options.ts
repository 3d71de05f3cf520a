/** How onnxruntime-web is set up: apart from what loads it, whose types are there only where that is installed. */

import { coreCount } from "#environment";

/** Where onnxruntime-web's own files are: a folder URL ending in "/", or each file's URL. */
export type WasmPaths = string | { readonly mjs?: string; readonly wasm?: string };

/** How onnxruntime-web is set up. */
export interface OrtOptions {
  /** Threads of the WebAssembly engine; more than one needs SharedArrayBuffer. */
  readonly threads: number;
  readonly wasmPaths?: WasmPaths | undefined;
  /** Whether WebGPU emulated on the CPU will do; for tests. @defaultValue false */
  readonly acceptSoftwareAdapter?: boolean;
}

/** The execution providers used. */
export type OrtProvider = "wasm" | "webgpu";

/** Threads to use where nothing was asked: every core up to 8, one where memory cannot be shared. */
export function defaultThreads(): number {
  return canShareMemory() ? Math.min(coreCount(), 8) : 1;
}

function canShareMemory(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
  return typeof SharedArrayBuffer !== "undefined" && isolated !== false;
}
