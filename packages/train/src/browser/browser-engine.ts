/** Fine-tuning in a browser: the training kernels, web workers, WebCodecs. */

import { compressPictures, findWebCompression } from "@tatami/codecs";
import type { WebCompression } from "@tatami/codecs";
import type { CameraCodec, Compress } from "../data/camera/compress.ts";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import type { FineTuneEngine } from "../footage/fine-tune-frames.ts";
import type { CompiledKernels } from "../run/kernels.ts";

/** What the engine is made of. */
export interface BrowserEngineOptions {
  readonly compiled: CompiledKernels;
  /** What the camera compresses with: it is imitated by the nearest codec that the browser has. */
  readonly codec: CameraCodec;
  /** Threads, this one included. @defaultValue as many as the machine has, at most 8 */
  readonly threads?: number;
}

/** An engine, and what it came to. */
export interface BrowserEngine extends FineTuneEngine {
  readonly threads: number;
  /** What frames are compressed with; nothing where the browser can encode none of what cameras write. */
  readonly compression: WebCompression | undefined;
}

/** A small picture that every encoder takes. */
const probe = { width: 256, height: 256 };

/** An engine in a worker of a page. Frames are only blurred, reduced and made noisy where there is no codec. */
export async function createBrowserEngine(options: BrowserEngineOptions): Promise<BrowserEngine> {
  const { compiled, codec } = options;
  const wanted = codec === "hevc" ? (["hevc", "avc"] as const) : (["avc"] as const);
  const compression = await findWebCompression(wanted, probe);
  const compress: Compress = compression
    ? (pictures, { quantizer, signal }) =>
        compressPictures(pictures, compression, { quantizer, ...(signal ? { signal } : {}) })
    : (pictures) => Promise.resolve(pictures);
  const most = Math.min(8, navigator.hardwareConcurrency);
  // threads that share memory are to be had on a cross-origin isolated page only
  const threads = crossOriginIsolated ? (options.threads ?? most) : 1;
  const programs = await createWasmProgramEngine({ threads, build: compiled.build });
  return { compiled, programs, compress, threads, compression };
}
