/** Fine-tuning on the video files of one's own camera. */

import { compileKernels } from "../run/kernels.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { createFineTuneEngine } from "./fine-tune-engine.ts";
import type { FineTuned, FineTuneFramesOptions } from "./fine-tune-frames.ts";
import { fineTuneOnFrames } from "./fine-tune-frames.ts";
import { readFootage } from "./read-footage.ts";
import type { Footage } from "./read-videos.ts";

/** What is tuned, and on which files. */
export interface FineTuneOptions extends Omit<FineTuneFramesOptions, "candidates" | "engine" | "camera"> {
  /** A video file, or a folder of them: one camera's. */
  readonly footage: string;
  /** Lowest and highest constant rate factor that the camera's frames are compressed with again. @defaultValue [22, 34] */
  readonly quantizers?: readonly [number, number];
  /** @defaultValue 1 */
  readonly threads?: number;
  /** @defaultValue compiled anew */
  readonly compiled?: CompiledKernels;
  /** Told what was read, before training begins. */
  readonly onFootage?: (footage: Footage) => void;
}

/** What was tuned, and what the footage is. */
export interface FootageTuned extends FineTuned {
  /** How much finer detail the camera takes, in dB; see `softnessRemark`. */
  readonly softness: number;
}

/** Candidates read for each frame that is chosen. */
const candidatesEach = 2;

/**
 * Reads frames evenly spread over the footage, takes its codec from the files and its noise from the frames, and
 * tunes on them.
 *
 * @throws TatamiError `input-not-found` without footage, and as {@link fineTuneOnFrames}.
 */
export async function fineTune(options: FineTuneOptions): Promise<FootageTuned> {
  const { footage, quantizers = [22, 34], threads = 1, onFootage, ...rest } = options;
  const found = await readFootage(footage, candidatesEach * (options.frames ?? 24), options.signal);
  onFootage?.(found);
  const compiled = options.compiled ?? (await compileKernels());
  const engine = await createFineTuneEngine(compiled, threads);
  await using _threads = engine.programs;
  const tuned = await fineTuneOnFrames({
    ...rest,
    candidates: found.candidates,
    camera: { codec: found.codec, quantizers },
    engine,
  });
  return { ...tuned, softness: found.softness };
}
