/** An output that is written in segments, which are kept beside it until they are joined. */

import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Encoding, Segment, SegmentedInit, SegmentedOutput } from "@tatami/core";
import { invalidOption, outputFailed, TatamiError, throwIfAborted } from "@tatami/core";
import { findMedia } from "../input/media.ts";
import type { OutputLock } from "../output/file/output-lock.ts";
import { lockOutput, realOutput } from "../output/file/output-lock.ts";
import { createPartialFile } from "../output/file/partial-file.ts";
import { joinParts } from "./join-parts.ts";
import type { Joined } from "./join-parts.ts";
import { differences, readManifest, writeManifest } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { hasMoved, restoreParts } from "./moved-parts.ts";
import { unfinished } from "./part-file.ts";
import type { Part, PartSummary } from "./part-file.ts";
import { checkParts, hasParts, partPath, removeOwn, segmentsFolder } from "./parts-folder.ts";
import { planSegments } from "./plan-segments.ts";
import { createSegmentWriter } from "./write-segment.ts";
import type { SegmentSetup } from "./write-segment.ts";

/** Removes an output's parts, unless a run is at work on them: for a process that was ended before it could. */
export async function removeSegments(output: string): Promise<void> {
  const folder = await segmentsFolder(output);
  const lock = await lockOutput(join(folder, "run"), "").catch(() => undefined);
  if (!lock) return;
  await removeOwn(folder, "").finally(() => lock.release());
  await rmdir(folder).catch(() => undefined);
  // whoever was killed while it joined left its unfinished file
  const left = await realOutput(output)
    .then((path) => lockOutput(path, ""))
    .catch(() => undefined);
  await left?.release();
}

/** Brings back parts that are in the file of a join that was killed, unless somebody is at work on them. */
export async function restoreJoined(output: string): Promise<void> {
  const folder = await segmentsFolder(output).catch(() => undefined);
  if (folder === undefined || !(await hasMoved(folder))) return;
  const lock = await lockOutput(join(folder, "run"), "").catch(() => undefined);
  if (lock) await restoreParts(folder, output).finally(() => lock.release());
}

/** See {@link CodecDriver.openSegments}. */
export async function openSegments(init: SegmentedInit): Promise<SegmentedOutput> {
  throwIfAborted(init.read?.signal);
  const { setup, depends, cut } = await planSegments(init);
  // before the file is looked for: a join that was killed left parts in it
  await restoreJoined(pathOf(init));
  const folder = await enterFolder(init);
  const lock = await lockFolder(folder);
  try {
    const before = await readManifest(folder);
    const differs = before ? differences(before.depends, depends) : undefined;
    const goesOn = before && differs?.length === 0;
    const manifest = goesOn ? before : { depends, segments: await cut() };
    await removeOwn(folder, goesOn ? unfinished : "");
    if (!goesOn) await writeManifest(folder, manifest);
    const { kept, spoilt } = await checkParts(folder, manifest.segments, setup);
    const told = differs && differs.length > 0 ? { differs } : {};
    return createOutput({
      setup,
      folder,
      manifest,
      kept,
      spoilt,
      ...told,
      join: async (parts) => {
        const joined = await joinParts(setup, parts, folder);
        await removeOwn(folder, "");
        return joined;
      },
      leave: () => leave(folder, lock),
    });
  } catch (error) {
    await leave(folder, lock);
    throw error instanceof Error && "syscall" in error ? outputFailed(JSON.stringify(folder), error) : error;
  }
}

/** Sees to it that one process alone joins. @throws TatamiError `output-failed` where another one does */
export function lockFolder(folder: string): Promise<OutputLock> {
  return lockOutput(join(folder, "run"), "").catch((error: unknown) => {
    throw TatamiError.is(error) ? error : outputFailed(JSON.stringify(folder), error);
  });
}

/** The output's path. @throws TatamiError `invalid-option` where it is none */
export function pathOf({ output }: SegmentedInit): string {
  if (typeof output === "string") return output;
  throw invalidOption("options.output", "a path where resume is on", output);
}

/** Makes the folder, if the output can be written in the end. @throws TatamiError `invalid-option`, `output-failed` */
export async function enterFolder(init: SegmentedInit): Promise<string> {
  const [output, { reader }] = [pathOf(init), init];
  const file = await createPartialFile(output, findMedia(reader)?.input);
  await file.discard();
  if (!file.seekable) {
    const fix = "Leave resume (--resume, --keep) out, or name a file.";
    throw invalidOption("resume", "for outputs that are files", output, fix);
  }
  const folder = await segmentsFolder(output).catch((error: unknown) => {
    throw outputFailed(JSON.stringify(output), error);
  });
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw outputFailed(JSON.stringify(folder), error);
  });
  return folder;
}

/** Gives the lock back; a folder in which nothing is kept goes. */
async function leave(folder: string, lock: OutputLock): Promise<void> {
  if (!(await hasParts(folder))) await removeOwn(folder, "").catch(() => undefined);
  await lock.release();
  await rmdir(folder).catch(() => undefined);
}

/** What an output in segments is made from. */
export interface OutputInit {
  readonly setup: SegmentSetup;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly kept: Map<number, PartSummary>;
  readonly spoilt: number;
  readonly differs?: readonly string[];
  /** Joins all parts, in their order. */
  readonly join: (parts: readonly Part[]) => Promise<Joined>;
  /** At the end, whichever it is. */
  readonly leave: () => Promise<void>;
}

/** The output, once its folder is ready. */
export function createOutput(init: OutputInit): SegmentedOutput {
  const { setup, folder, manifest, kept, join: joinAll, leave: end, ...told } = init;
  const { segments } = manifest;
  let encoding: Encoding = setup.plan.encoding;
  return {
    folder,
    segments,
    kept,
    ...told,
    get encoding() {
      return encoding;
    },
    write: (segment) =>
      createSegmentWriter(
        setup,
        partPath(folder, segment),
        (summary) => void kept.set(segment.index, summary),
      ),
    join: async () => {
      const parts = segments.map((segment) => {
        const summary = kept.get(segment.index);
        if (!summary) throw missing(segment);
        return { path: partPath(folder, segment), summary };
      });
      const joined = await joinAll(parts);
      encoding = joined.encoding;
      return joined.written;
    },
    discard: () => removeOwn(folder, ""),
    [Symbol.asyncDispose]: end,
  };
}

function missing({ index }: Segment): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `Segment ${index} is missing, so the output cannot be joined.`,
    fix: "Write every segment before joining.",
  });
}
