/** Fetches and compiles FFmpeg's core once, for all the workers that run it. */

import { TatamiError } from "@tatami/core";
import { program } from "../../generated/compile-program.ts";
import { compileModule } from "./compile-module.ts";
import type { CompileAnswer } from "./compile-program.ts";
import type { CoreFiles } from "./options.ts";

/** A core ready to be started. */
export interface LoadedCore {
  readonly files: CoreFiles;
  readonly wasmModule: WebAssembly.Module;
}

/** Loads a core when first asked, and again if that failed. */
export function createCoreLoader(files: CoreFiles): () => Promise<LoadedCore> {
  let loading: Promise<LoadedCore> | undefined;
  return () => {
    loading ??= compile(files.wasmURL).then(
      (wasmModule) => ({ files, wasmModule }),
      (error: unknown) => {
        loading = undefined;
        throw missingCore(files.wasmURL, error);
      },
    );
    return loading;
  };
}

/** The error for a core that is not where it was said to be. */
export function missingCore(url: string, cause: unknown): TatamiError<"missing-package"> {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TatamiError({
    code: "missing-package",
    message: `FFmpeg's core could not be loaded from ${url} (${why}).`,
    fix: "Install @ffmpeg/core, serve its dist/esm/ffmpeg-core.js and ffmpeg-core.wasm from this site, and pass their addresses as coreURL and wasmURL.",
    detail: { url },
    cause,
  });
}

/** On a page it is done in a worker: to take a core in holds a thread for a tenth of a second, and a page has to answer. */
function compile(url: string): Promise<WebAssembly.Module> {
  return "document" in globalThis && typeof Worker !== "undefined"
    ? compileInWorker(new URL(url, document.baseURI).href)
    : compileModule(url);
}

async function compileInWorker(url: string): Promise<WebAssembly.Module> {
  const source = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const worker = new Worker(source, { name: "tatami compiler" });
  try {
    return await new Promise((resolve, reject) => {
      worker.addEventListener("message", ({ data }: MessageEvent<CompileAnswer>) =>
        data instanceof WebAssembly.Module ? resolve(data) : reject(new Error(data)),
      );
      worker.addEventListener("error", ({ message }) =>
        reject(new Error(message ?? "a worker could not be started")),
      );
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
      worker.postMessage(url);
    });
  } finally {
    worker.terminate();
    URL.revokeObjectURL(source);
  }
}
