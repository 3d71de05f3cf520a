/** Fine-tuning in Node: the training kernels on threads, FFmpeg's codecs. */

import { compressPictures } from "@tatami/codecs/node";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import type { CompiledKernels } from "../run/kernels.ts";
import type { FineTuneEngine } from "./fine-tune-frames.ts";

/** An engine on this machine's processor. */
export async function createFineTuneEngine(
  compiled: CompiledKernels,
  threads: number,
): Promise<FineTuneEngine> {
  const programs = await createWasmProgramEngine({ threads, build: compiled.build });
  return { compiled, programs, compress: compressPictures };
}
