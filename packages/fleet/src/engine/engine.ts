/** The work itself, as one process does it: a file is cut, a segment upscaled, parts joined. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeDriver, removeSegments } from "@tatami/codecs/node";
import type { SegmentedJob } from "@tatami/upscale";
import type { BegunFile, SegmentResult } from "../job-data.ts";
import { isRemote, removeParts, withWorkspace } from "../s3/workspace.ts";
import type { Workspace } from "../s3/workspace.ts";
import type { FileTask, Machine, Opener } from "./open-job.ts";
import { createOpener } from "./open-job.ts";
import { TatamiError } from "@tatami/core";
import { openMedia } from "@tatami/upscale";
import { openSource } from "../s3/source.ts";

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
      const known = { ...file, look };
      return isRemote(file)
        ? withWorkspace(known, signal, (workspace) => beginRemote(opener, workspace, signal))
        : beginHere(opener, known, signal);
    },
    async segment(file, index, { signal, onFrames }) {
      const start = performance.now();
      const onProgress = onFrames && (({ framesDone }: { framesDone: number }) => onFrames(framesDone));
      const upscale = async (task: FileTask): Promise<number> => {
        await using job = await opener.open(task, index, signal, onProgress);
        return (await job.upscale(job.output.segments[index]!)).frames;
      };
      const frames = isRemote(file)
        ? await withWorkspace(file, signal, (workspace) => makeRemote(workspace, index, upscale))
        : await upscale(file);
      return { frames, seconds: (performance.now() - start) / 1000 };
    },
    join: (file, { signal }) =>
      isRemote(file)
        ? withWorkspace(file, signal, (workspace) => joinRemote(opener, workspace, signal))
        : joinHere(opener, file, signal),
    tidy: (file) =>
      isRemote(file) ? removeParts(file.output) : removeSegments(file.output).catch(unlessGone),
    [Symbol.asyncDispose]: () => opener[Symbol.asyncDispose](),
  };
}

async function beginHere(opener: Opener, file: FileTask, signal: AbortSignal): Promise<Begun> {
  await using job = await opener.open(file, "begin", signal);
  return begunOf(job, job.output.kept, file);
}

async function joinHere(opener: Opener, file: FileTask, signal: AbortSignal): Promise<Joined> {
  await using job = await opener.open(file, file.isAlone ? "join-alone" : "join", signal);
  const missing = missingOf(job, job.output.kept);
  if (missing.length > 0) return { missing };
  const { frames, size } = await job.join();
  return { frames, size };
}

/** Parts are not fetched to see what they hold: they are when they are joined. */
async function beginRemote(opener: Opener, workspace: Workspace, signal: AbortSignal): Promise<Begun> {
  const { task } = workspace;
  const before = await readFile(join(`${task.output}.tatami`, "manifest.json"), "utf8").catch(
    () => undefined,
  );
  await using job = await opener.open(task, "begin", signal);
  await workspace.begin(before === undefined || job.output.differs !== undefined);
  const parts = await workspace.parts();
  const kept = new Map([...parts].map(([index, frames]) => [index, { frames }]));
  return begunOf(job, kept, task);
}

async function makeRemote(
  workspace: Workspace,
  index: number,
  upscale: (task: FileTask) => Promise<number>,
): Promise<number> {
  const known = (await workspace.parts(index)).get(index);
  if (known !== undefined) return known;
  const frames = await upscale(workspace.task);
  await workspace.putPart(index, frames);
  return frames;
}

async function joinRemote(opener: Opener, workspace: Workspace, signal: AbortSignal): Promise<Joined> {
  await workspace.fetchParts();
  // what was fetched is this process's alone
  const joined = await joinHere(opener, { ...workspace.task, isAlone: true }, signal);
  // one that is damaged is made again
  if ("missing" in joined) for (const index of joined.missing) await workspace.removePart(index);
  else await workspace.finish();
  return joined;
}

function begunOf(
  job: SegmentedJob,
  kept: ReadonlyMap<number, { readonly frames: number }>,
  { look }: FileTask,
): Begun {
  return {
    segments: job.output.segments.length,
    pending: missingOf(job, kept),
    keptFrames: [...kept.values()].reduce((sum, { frames }) => sum + frames, 0),
    framesTotal: job.frames,
    ...(look && { look }),
  };
}

/** Whoever wanted the file may have removed its whole folder. */
function unlessGone(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

function missingOf(
  { output: { segments } }: SegmentedJob,
  kept: ReadonlyMap<number, unknown>,
): readonly number[] {
  return segments.map(({ index }) => index).filter((index) => !kept.has(index));
}

/** @throws TatamiError `unsupported-feature` for a file beyond `maxPixels` or `maxSeconds`; as opening it does. */
async function checkLimits({ input, options }: FileTask, signal: AbortSignal): Promise<void> {
  const { maxPixels = Infinity, maxSeconds = Infinity, start = 0, end = Infinity, recover = false } = options;
  if (maxPixels === Infinity && maxSeconds === Infinity) return;
  const { reader } = await openMedia(await openSource(input, signal), [nodeDriver()], {
    toSdr: true,
    deinterlace: "off",
    recover,
    signal,
  });
  await using opened = reader;
  const { duration, video } = opened.description;
  const { width, height } = video;
  if (width * height > maxPixels)
    throw beyond(
      `Its frames are ${width}×${height}, and ${maxPixels} pixels a frame are allowed.`,
      "Send a smaller one.",
    );
  const seconds = Math.min(end, duration) - start;
  if (seconds > maxSeconds)
    throw beyond(
      `${Number.isFinite(seconds) ? seconds.toFixed(1) : "Endless"} seconds are to be upscaled, and ${maxSeconds} are allowed.`,
      "Ask for a part of it (start, end), or send a shorter one.",
    );
}

function beyond(message: string, fix: string): TatamiError<"unsupported-feature"> {
  return new TatamiError({ code: "unsupported-feature", message, fix });
}
