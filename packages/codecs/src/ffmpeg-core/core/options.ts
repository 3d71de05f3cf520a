/** Where FFmpeg's core is, in the caller's words. */

import { checkKnownOptions, invalidOption } from "@tatami/core";

/** How the driver is made. */
export interface FfmpegCoreOptions {
  /**
   * The address of `@ffmpeg/core`'s `dist/esm/ffmpeg-core.js`: what `import coreURL from "@ffmpeg/core?url"` gives
   * in Vite. Nothing is ever fetched from anywhere else, and nothing before an input is opened.
   */
  readonly coreURL: string | URL;
  /** The address of its `ffmpeg-core.wasm`. @defaultValue beside `coreURL` */
  readonly wasmURL?: string | URL;
  /**
   * `@ffmpeg/core-mt`, taken instead where the page is cross-origin isolated. It decodes on several threads, and
   * takes 1 GiB of memory and 32 workers for each command that runs. @defaultValue not used
   */
  readonly multithreaded?: MultithreadedCore;
}

/** The addresses of the core with threads, `@ffmpeg/core-mt`. */
export interface MultithreadedCore {
  /** Its `ffmpeg-core.js`. */
  readonly coreURL: string | URL;
  /** Its `ffmpeg-core.wasm`. @defaultValue beside `coreURL` */
  readonly wasmURL?: string | URL;
  /** Its `ffmpeg-core.worker.js`. @defaultValue beside `coreURL` */
  readonly workerURL?: string | URL;
}

/** The core that will be used, with absolute addresses. */
export interface CoreFiles {
  readonly coreURL: string;
  readonly wasmURL: string;
  /** Only the core with threads has one. */
  readonly workerURL?: string;
}

/**
 * The addresses to use in this page.
 *
 * @throws TatamiError `invalid-option`.
 */
export function resolveCoreFiles(options: FfmpegCoreOptions): CoreFiles {
  checkKnownOptions("ffmpegCoreDriver", options, ["coreURL", "wasmURL", "multithreaded"]);
  const { multithreaded } = options;
  if (multithreaded === undefined || !sharesMemory()) return resolveFiles(options, "coreURL");
  const files = resolveFiles(multithreaded, "multithreaded.coreURL");
  return { ...files, workerURL: beside(multithreaded.workerURL, "ffmpeg-core.worker.js", files.coreURL) };
}

/** Whether threads may share memory here: the page is cross-origin isolated. */
export function sharesMemory(): boolean {
  return typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated;
}

function resolveFiles(given: Omit<FfmpegCoreOptions, "multithreaded">, name: string): CoreFiles {
  if (typeof given.coreURL !== "string" && !(given.coreURL instanceof URL)) {
    throw invalidOption(
      name,
      "the address of FFmpeg's core",
      given.coreURL,
      'Install @ffmpeg/core and pass its address, for instance by import coreURL from "@ffmpeg/core?url".',
    );
  }
  const coreURL = new URL(given.coreURL, base()).href;
  return { coreURL, wasmURL: beside(given.wasmURL, "ffmpeg-core.wasm", coreURL) };
}

function beside(given: string | URL | undefined, name: string, coreURL: string): string {
  return given === undefined ? new URL(name, coreURL).href : new URL(given, base()).href;
}

/** What addresses are relative to: nothing is to a worker that was made from a Blob, but its site. */
function base(): string | undefined {
  const { location } = globalThis;
  return location?.protocol === "blob:" ? location.origin : location?.href;
}
