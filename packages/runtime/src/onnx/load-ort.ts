/** Loads onnxruntime-web: the small WebAssembly build, or the one with WebGPU, once each. */

import { coreCount, importWasmOrt } from "#environment";
import { TatamiError } from "@tatami/core";
import type * as Ort from "onnxruntime-web";

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

/** The library's module type. */
export type OrtModule = typeof Ort;

/**
 * Loads and sets up the library. Its set-up is one a process: the first call's threads and paths hold
 * for as long as the process lives, because the library reads them once.
 *
 * @throws TatamiError `missing-package` when it cannot be loaded.
 */
export async function loadOrt(provider: OrtProvider, options: OrtOptions): Promise<OrtModule> {
  const known = loaded.get(provider);
  if (known) return known;
  const loading = importOrt(provider).then((ort) => {
    ort.env.logLevel = "error";
    ort.env.wasm.numThreads = options.threads;
    if (options.wasmPaths !== undefined) ort.env.wasm.wasmPaths = options.wasmPaths;
    return ort;
  });
  loaded.set(provider, loading);
  loading.catch(() => loaded.delete(provider));
  return loading;
}

/** Threads to use where nothing was asked: every core up to 8, one where memory cannot be shared. */
export function defaultThreads(): number {
  return canShareMemory() ? Math.min(coreCount(), 8) : 1;
}

const loaded = new Map<OrtProvider, Promise<OrtModule>>();

function canShareMemory(): boolean {
  const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
  return typeof SharedArrayBuffer !== "undefined" && isolated !== false;
}

async function importOrt(provider: OrtProvider): Promise<OrtModule> {
  try {
    if (provider === "webgpu") return (await import("onnxruntime-web/webgpu")) as OrtModule;
    return await importWasmOrt();
  } catch (cause) {
    throw new TatamiError({
      code: "missing-package",
      message: `onnxruntime-web (${provider}) could not be loaded: ${String(cause)}.`,
      fix: "Install onnxruntime-web, and let the bundler or server deliver its .wasm and .mjs files.",
      cause,
    });
  }
}
