/** Joins parts: their packets are copied into the output's container, everything else of the input beside them. */

import { rm, stat, statfs } from "node:fs/promises";
import type { Encoding, LeftOut, Written } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import { nothingWritten } from "../../driver/check-writing.ts";
import { resolveRead } from "../../driver/resolve-read.ts";
import { secondsOf } from "../node-av.ts";
import type { StreamCopier } from "../output/copy-streams.ts";
import { createStreamCopier } from "../output/copy-streams.ts";
import { clockOf } from "../output/video/open-context.ts";
import { explainWriting } from "../output/explain-writing.ts";
import { createSink } from "../output/file/sink.ts";
import { createFindings } from "../output/findings.ts";
import type { OutputTrack } from "../output/mux.ts";
import { completeOutput, mimeTypes, openOutput } from "../output/open-output.ts";
import { createOutputLife } from "../../driver/output-life.ts";
import { createDecodingClock, planDecoding } from "./decoding-times.ts";
import type { DecodingPlan, PacketTimes } from "./decoding-times.ts";
import { createPartsMover, restoreParts } from "./moved-parts.ts";
import type { Part, PartIndex } from "./part-file.ts";
import { readIndex, readPart } from "./part-file.ts";
import type { SegmentSetup } from "./write-segment.ts";

/** What was joined. */
export interface Joined {
  readonly written: Written;
  readonly encoding: Encoding;
}

/**
 * Writes the output.
 *
 * @param folder of the parts, where nobody else is at work on them: each goes once its packets are in the output, and comes
 * back where that does not come to be. Without it parts stay as they are while there is room for both; where there is not, each
 * is removed once its packets were copied, and what is interrupted then has to make them again.
 * @throws TatamiError as {@link CodecDriver.write} and its writer.
 */
export async function joinParts(
  setup: SegmentSetup,
  parts: readonly Part[],
  folder?: string,
): Promise<Joined> {
  const { plan, init, shift, color } = setup;
  const { media } = plan;
  const { nodeAv } = media;
  const { start, end, signal } = resolveRead(init.read ?? {});
  throwIfAborted(signal);
  const frames = parts.reduce((sum, { summary }) => sum + summary.frames, 0);
  if (frames === 0) throw nothingWritten();
  const sink = await createSink(nodeAv, init.output, media.input);
  const found = createFindings(plan);
  let copier: StreamCopier | undefined;
  let freeing: Freeing | undefined;
  const release = async (): Promise<void> => {
    await copier?.[Symbol.asyncDispose]();
    await freeing?.close();
    await sink.close();
  };
  const life = createOutputLife(signal, {
    settle: (working) => {
      sink.interrupt();
      // what is under way in FFmpeg must come to its end before anything is freed
      return working;
    },
    release,
    discard: async () => {
      await freeing?.restore();
      await sink.discard();
    },
    explain: (error) => explainWriting(nodeAv, error, sink),
  });
  return life.guarded(async () => {
    const range = { start, end, shift, signal, onDamaged: init.read?.onDamaged };
    const copying = (copier = await createStreamCopier(plan, range));
    const { encoder, muxer, track } = await openOutput(plan, color, sink, copying);
    // it was only asked what containers state of its stream
    encoder[Symbol.dispose]();
    await muxer.begin();
    await copying.begin();
    freeing = await openFreeing(setup, parts, sink.path, folder);
    await copyPackets(setup, parts, { track, copier: copying, passed: freeing.passed });
    await copying.copyUntil(Infinity);
    await muxer.finish();
    throwIfAborted(signal);
    const carried = found.encoding(copying);
    await release();
    await sink.change?.((file) => completeOutput(file, plan, found));
    throwIfAborted(signal);
    const written = await sink.commit(mimeTypes[plan.encoding.container]);
    life.finished();
    const late = found.encoding(undefined).leftOut.slice(plan.encoding.leftOut.length);
    const leftOut = [...carried.leftOut, ...late, ...leftOutOf(parts)];
    return { written: { frames, ...written }, encoding: { ...carried, leftOut } };
  });
}

async function copyPackets(
  { plan, init, shift }: SegmentSetup,
  parts: readonly Part[],
  to: { readonly track: OutputTrack; readonly copier: StreamCopier; readonly passed: Freeing["passed"] },
): Promise<void> {
  const { nodeAv } = plan.media;
  const timeBase = clockOf(plan.video);
  let decoding: DecodingPlan | undefined;
  for (const { path } of parts) decoding = planDecoding(decoding, timesOf(await readIndex(path)));
  const clock = createDecodingClock(decoding ?? { delay: 0, step: 1 });
  let latest = -Infinity;
  for (const part of parts) {
    const index = await readIndex(part.path);
    const times = clock(timesOf(index));
    let place = 0;
    for await (const packet of readPart(nodeAv, part.path, index)) {
      throwIfAborted(init.read?.signal);
      packet.dts = BigInt(times[place++]!);
      latest = Math.max(latest, secondsOf(packet.pts, timeBase) - shift);
      await to.track.write(packet, timeBase);
      await to.copier.copyUntil(latest);
    }
    await to.passed(part);
  }
}

function timesOf({ packets }: PartIndex): PacketTimes {
  return { pts: packets.map(([, pts]) => pts), dts: packets.map(([, , dts]) => dts) };
}

/** What becomes of parts while they are joined. */
interface Freeing {
  /** The part's packets were copied. */
  passed(part: Part): Promise<void>;
  close(): Promise<void>;
  /** Brings back what went, before the file is thrown away. */
  restore(): Promise<void>;
}

async function openFreeing(
  { plan, init }: SegmentSetup,
  parts: readonly Part[],
  file: string | undefined,
  folder: string | undefined,
): Promise<Freeing> {
  const nothing = async (): Promise<void> => {};
  if (folder !== undefined && file !== undefined) {
    const { passed, close } = await createPartsMover(folder, file, parts, plan.encoding.codec);
    return { passed, close, restore: () => restoreParts(folder, init.output as string) };
  }
  const frees = !(await hasRoom(parts));
  return {
    passed: async ({ path }) => void (frees && (await rm(path, { force: true }))),
    close: nothing,
    restore: nothing,
  };
}

/** Whether the disk holds the joined pictures beside their parts; where that cannot be asked it is taken to. */
async function hasRoom(parts: readonly Part[]): Promise<boolean> {
  const sizes = await Promise.all(parts.map(async ({ path }) => (await stat(path)).size));
  const space = await statfs(parts[0]!.path).catch(() => undefined);
  const wanted = 1.1 * sizes.reduce((sum, size) => sum + size, 0);
  return space === undefined || space.bavail * space.bsize >= wanted;
}

/** What is missing, told once however many parts miss it. */
function leftOutOf(parts: readonly Part[]): readonly LeftOut[] {
  const all = parts.flatMap(({ summary }) => summary.leftOut);
  return [...new Map(all.map((left) => [left.message, left])).values()];
}
