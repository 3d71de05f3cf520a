/** Fetches and compiles FFmpeg's core once, for all the workers that run it. */

import { TatamiError } from "@tatami/core";
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

async function compile(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
  // Compiling while it arrives needs the right type, which not every server gives.
  const streamed = response.headers.get("Content-Type")?.startsWith("application/wasm") === true;
  return streamed
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
