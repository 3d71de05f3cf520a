/** The work itself, as one process does it: a file is cut, a segment upscaled, parts joined. */

import { removeSegments } from "@tatami/codecs/node";
import type { SegmentedJob } from "@tatami/upscale";
import type { BegunFile, Look, SegmentResult } from "../job-data.ts";
import type { JobOptions } from "../options.ts";
import type { Machine } from "./open-job.ts";
import { checkLimits } from "./check-limits.ts";
import { createOpener } from "./open-job.ts";

/** A file as the work is asked for: paths of this machine. */
export interface FileTask {
  readonly input: string;
  readonly output: string;
  /** Folder that paths of models are relative to. */
  readonly root: string;
  readonly options: JobOptions;
  /** What was seen in the file; absent before it was begun, and where a model was named. */
  readonly look?: Look | undefined;
}

/** One call of the work. */
export interface WorkCall {
  readonly signal: AbortSignal;
  /** Told how many frames of the segment are done. */
  readonly onFrames?: (frames: number) => void;
}

/** What was found when a file was cut. */
export type Begun = Omit<BegunFile, "at">;

/** What came of joining: a file, or the segments whose parts are missing or damaged. */
export type Joined =
  | { readonly frames: number; readonly size: number }
  | { readonly missing: readonly number[] };

/** Does the work, here or in another process. One call at a time. */
export interface WorkEngine extends AsyncDisposable {
  /** Looks into a file, cuts it, and says which segments there are to do. */
  begin(file: FileTask, call: WorkCall): Promise<Begun>;
  /** Upscales a segment to its part; one that is there is left as it is. */
  segment(file: FileTask, index: number, call: WorkCall): Promise<SegmentResult>;
  /** Writes the output. Parts stay. */
  join(file: FileTask, call: WorkCall): Promise<Joined>;
  /** Removes all parts; where their folder is gone already there is nothing to do. */
  tidy(file: FileTask, call: WorkCall): Promise<void>;
}

/** Makes an engine in this process. */
export function createEngine(machine: Machine): WorkEngine {
  const opener = createOpener(machine);
  return {
    async begin(file, { signal }) {
      await checkLimits(file, signal);
      const look = await opener.look(file, signal);
      await using job = await opener.open({ ...file, look }, "begin", signal);
      const { segments, kept } = job.output;
      return {
        segments: segments.length,
        pending: missingOf(job),
        keptFrames: [...kept.values()].reduce((sum, { frames }) => sum + frames, 0),
        framesTotal: job.frames,
        ...(look && { look }),
      };
    },
    async segment(file, index, { signal, onFrames }) {
      const start = performance.now();
      const onProgress = onFrames && (({ framesDone }: { framesDone: number }) => onFrames(framesDone));
      await using job = await opener.open(file, index, signal, onProgress);
      const { frames } = await job.upscale(job.output.segments[index]!);
      return { frames, seconds: (performance.now() - start) / 1000 };
    },
    async join(file, { signal }) {
      await using job = await opener.open(file, "join", signal);
      const missing = missingOf(job);
      if (missing.length > 0) return { missing };
      const { frames, size } = await job.join();
      return { frames, size };
    },
    tidy: ({ output }) => removeSegments(output).catch(unlessGone),
    [Symbol.asyncDispose]: () => opener[Symbol.asyncDispose](),
  };
}

/** Whoever wanted the file may have removed its whole folder. */
function unlessGone(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

function missingOf({ output: { segments, kept } }: SegmentedJob): readonly number[] {
  return segments.map(({ index }) => index).filter((index) => !kept.has(index));
}
