/**
 * Loads onnxruntime-web where it is installed: the small WebAssembly build, or the one with WebGPU, once each. It is imported
 * inside of `try` only: bundlers take that for something that need not be there.
 */

import { importWasmOrt } from "#environment";
import { TatamiError } from "@tatami/core";
import type * as Ort from "onnxruntime-web";
import type { OrtOptions, OrtProvider } from "./ort-options.ts";

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

const loaded = new Map<OrtProvider, Promise<OrtModule>>();

async function importOrt(provider: OrtProvider): Promise<OrtModule> {
  try {
    if (provider === "webgpu") return (await import("onnxruntime-web/webgpu")) as OrtModule;
    return await importWasmOrt();
  } catch (cause) {
    throw new TatamiError({
      code: "missing-package",
      message: `onnxruntime-web (${provider}) could not be loaded: ${String(cause)}.`,
      fix: "Install onnxruntime-web beside Tatami for its engines, and let the bundler or server deliver its .wasm and .mjs files; or leave those engines out.",
      cause,
    });
  }
}
