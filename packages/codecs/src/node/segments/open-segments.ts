/** An output that is written in segments, which are kept beside it until they are joined. */

import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { ColorSpace, Encoding, Segment, SegmentedInit, SegmentedOutput } from "@tatami/core";
import { invalidOption, outputFailed, TatamiError, throwIfAborted } from "@tatami/core";
import { toTick } from "../../driver/check-writing.ts";
import { resolveRead } from "../../driver/resolve-read.ts";
import { findMedia } from "../input/media.ts";
import { openVideoEncoder } from "../output/encode-video.ts";
import type { OutputLock } from "../output/file/output-lock.ts";
import { besideOutput, lockOutput, realOutput } from "../output/file/output-lock.ts";
import { createPartialFile } from "../output/file/partial-file.ts";
import { planWrite } from "../output/plan-write.ts";
import type { WritePlan } from "../output/plan-write.ts";
import { findCuts } from "./find-cuts.ts";
import { identify } from "./input-identity.ts";
import { joinParts } from "./join-parts.ts";
import { differences, readManifest, writeManifest } from "./manifest.ts";
import type { Manifest } from "./manifest.ts";
import { checkPart, unfinished } from "./part-file.ts";
import type { PartSummary } from "./part-file.ts";
import { createSegmentWriter, headerOf } from "./write-segment.ts";
import type { SegmentSetup } from "./write-segment.ts";

/** The folder in which an output's parts are kept. */
export async function segmentsFolder(output: string): Promise<string> {
  return besideOutput(await realOutput(output), ".tatami");
}

/** Removes an output's parts, unless a run is at work on them: for a process that was ended before it could. */
export async function removeSegments(output: string): Promise<void> {
  const folder = await segmentsFolder(output);
  const lock = await lockOutput(join(folder, "run"), "").catch(() => undefined);
  if (!lock) return;
  await removeOwn(folder, "").finally(() => lock.release());
  await rmdir(folder).catch(() => undefined);
}

/** See {@link CodecDriver.openSegments}. */
export async function openSegments(init: SegmentedInit): Promise<SegmentedOutput> {
  const range = resolveRead(init.read ?? {});
  throwIfAborted(range.signal);
  const plan = await planWrite(init);
  const input = await identify(plan.media.input);
  const [folder, lock] = await enter(init);
  try {
    const setup = await prepare(plan, init, range.start);
    const depends = { input, ...dependsOn(plan), ...init.depends };
    const before = await readManifest(folder);
    const differs = before ? differences(before.depends, depends) : undefined;
    const goesOn = before && differs?.length === 0;
    const manifest = goesOn ? before : { depends, segments: await cut(plan, init, range) };
    await removeOwn(folder, goesOn ? unfinished : "");
    if (!goesOn) await writeManifest(folder, manifest);
    const { kept, spoilt } = await checkParts(folder, manifest, setup);
    const told = differs && differs.length > 0 ? { differs } : {};
    return createOutput({ setup, folder, lock, manifest, kept, spoilt, ...told });
  } catch (error) {
    await leave(folder, lock);
    throw error instanceof Error && "syscall" in error ? outputFailed(JSON.stringify(folder), error) : error;
  }
}

/** Makes the folder and takes its lock, if the output can be written in the end. */
async function enter({ output, reader }: SegmentedInit): Promise<readonly [string, OutputLock]> {
  const file = await createPartialFile(output, findMedia(reader)?.input);
  await file.discard();
  if (!file.seekable) {
    const fix = "Leave resume (--resume, --keep) out, or name a file.";
    throw invalidOption("resume", "for outputs that are files", output, fix);
  }
  const folder = await segmentsFolder(output).catch((error: unknown) => {
    throw outputFailed(JSON.stringify(output), error);
  });
  try {
    await mkdir(folder, { recursive: true });
    return [folder, await lockOutput(join(folder, "run"), "")];
  } catch (error) {
    throw TatamiError.is(error) ? error : outputFailed(JSON.stringify(folder), error);
  }
}

/** Gives the lock back; a folder in which nothing is kept goes. */
async function leave(folder: string, lock: OutputLock): Promise<void> {
  const hasParts = (await readdir(folder).catch(() => [])).some((name) => name.endsWith(ending));
  if (!hasParts) await removeOwn(folder, "").catch(() => undefined);
  await lock.release();
  await rmdir(folder).catch(() => undefined);
}

/** Removes files of ours whose names end so, but the lock; somebody else's are not touched. */
async function removeOwn(folder: string, end: string): Promise<void> {
  const own = /^(?:\d+\.part|manifest\.json)(?:\.unfinished)?$/;
  for (const name of await readdir(folder))
    if (own.test(name) && name.endsWith(end)) await rm(join(folder, name), { force: true });
}

/** What parts depend on that only the driver knows. */
function dependsOn({ media, encoding, video }: WritePlan): Manifest["depends"] {
  const { libraries } = media.nodeAv.getFFmpegInfo();
  return {
    codec: encoding.codec,
    container: encoding.container,
    bitrate: String(encoding.bitrate),
    size: `${video.width}×${video.height}`,
    FFmpeg: libraries.avcodec,
  };
}

async function prepare(plan: WritePlan, init: SegmentedInit, start: number): Promise<SegmentSetup> {
  const cutAt = Number.isFinite(start) ? toTick(start, plan.video.ticksPerSecond) : 0;
  return { plan, init, shift: plan.clockOffset - cutAt, color: await firstColor(plan, init) };
}

/** The colours that the output's first frame states. */
async function firstColor({ video }: WritePlan, { reader, read }: SegmentedInit): Promise<ColorSpace> {
  for await (const frame of reader.frames({
    ...read,
    onDamaged: () => undefined,
    onChanged: () => undefined,
  })) {
    frame.close();
    return frame.color;
  }
  return video.color;
}

async function cut(
  { media }: WritePlan,
  { shortest, read }: SegmentedInit,
  range: ReturnType<typeof resolveRead>,
): Promise<readonly Segment[]> {
  const cuts = await findCuts(media, { ...range, shortest });
  const starts = [read?.start, ...cuts];
  return starts.map((start, index) => {
    const end = cuts[index] ?? read?.end;
    return { index, ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  });
}

const ending = ".part";

function partPath(folder: string, { index }: Segment): string {
  return join(folder, `${String(index).padStart(5, "0")}${ending}`);
}

/** The parts that can be joined with what is encoded now; others are removed. */
async function checkParts(
  folder: string,
  { segments }: Manifest,
  { plan: { media, video }, color }: SegmentSetup,
): Promise<{ readonly kept: Map<number, PartSummary>; readonly spoilt: number }> {
  const kept = new Map<number, PartSummary>();
  const present = new Set(await readdir(folder));
  const left = segments.filter((segment) => present.has(partPath("", segment)));
  if (left.length === 0) return { kept, spoilt: 0 };
  using encoder = await openVideoEncoder(media.nodeAv, { ...video, color, isRepeatable: true });
  const header = headerOf(media.nodeAv, encoder);
  for (const segment of left) {
    const path = partPath(folder, segment);
    const summary = await checkPart(path);
    if (summary?.header === header) kept.set(segment.index, summary);
    else await rm(path);
  }
  return { kept, spoilt: left.length - kept.size };
}

interface OutputInit {
  readonly setup: SegmentSetup;
  readonly folder: string;
  readonly lock: OutputLock;
  readonly manifest: Manifest;
  readonly kept: Map<number, PartSummary>;
  readonly spoilt: number;
  readonly differs?: readonly string[];
}

function createOutput({ setup, folder, lock, manifest, kept, ...told }: OutputInit): SegmentedOutput {
  const { segments } = manifest;
  let encoding: Encoding = setup.plan.encoding;
  const discard = (): Promise<void> => removeOwn(folder, "");
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
      const joined = await joinParts(setup, parts);
      encoding = joined.encoding;
      await discard();
      return joined.written;
    },
    discard,
    [Symbol.asyncDispose]: () => leave(folder, lock),
  };
}

function missing({ index }: Segment): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `Segment ${index} is missing, so the output cannot be joined.`,
    fix: "Write every segment before joining.",
  });
}
