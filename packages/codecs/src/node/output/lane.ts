/** One stream on its way into the output: cut, moved in time, copied or encoded anew. */

import type { Changed, Damage, LeftOut, ReadOptions } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { IRational, Packet } from "node-av";
import { formatSeconds } from "../../driver/explain-error.ts";
import type { InputStream } from "../input/input-streams.ts";
import { describeStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";
import { secondsOf, ticksOf } from "../node-av.ts";
import { copyParameters, isMatroska } from "./containers.ts";
import { clip, createLaneTimes } from "./lane-times.ts";
import type { Muxer, OutputTrack, TrackInit } from "./mux.ts";
import type { WritePlan } from "./plan-write.ts";
import type { StreamPlan } from "./plan-streams.ts";
import { planTrackTags } from "./plan-tags.ts";
import type { Demuxer } from "../input/packets/demuxer.ts";
import { movePacket } from "../input/packets/packet-times.ts";
import { hasAdts, openAdtsFilter } from "./sound/without-adts.ts";
import { openSoundTranscoder } from "./sound/transcode-sound.ts";

/** The part of the input that is written, in seconds, and how far its times are moved. */
export interface CopyRange {
  readonly start: number;
  readonly end: number;
  readonly shift: number;
  readonly onDamaged: ReadOptions["onDamaged"];
  readonly signal: AbortSignal | undefined;
}

/** Tells of a place beside the picture that cannot be read. @throws TatamiError `damaged-input` where nobody takes note. */
export function tellDamage({ onDamaged }: CopyRange, index: number, seconds: number, why: string): void {
  const message = `Track ${index} cannot be read at ${formatSeconds(seconds)} (${why}).`;
  const damage: Damage = { seconds, frames: null, message };
  if (onDamaged) return onDamaged(damage);
  throw new TatamiError({
    code: "damaged-input",
    message,
    fix: "Copy or download the file again, or leave the sound out (audio: drop, --audio drop).",
    detail: { seconds, track: index },
  });
}

/** Seconds by which the sound of joined files may be off its pictures. */
const seamTolerance = 0.01;

/** Seconds of sound that nobody misses at the beginning. */
const runIn = 0.03;

/** One stream on its way. */
export interface Lane extends Disposable {
  /** Seconds at which a packet begins; where it does not say, where the one before ended. */
  timeOf(packet: Packet): number;
  /** Takes a packet over. */
  put(packet: Packet): Promise<void>;
  finish(): Promise<void>;
  /** Whether there is a packet for every moment, as of sound. */
  readonly isDense: boolean;
  /** Seconds up to which it was read. */
  readonly seconds: number;
  readonly changed: readonly Changed[];
  readonly leftOut: readonly LeftOut[];
}

/** Adds the stream to the output. */
export async function openLane(
  plan: WritePlan,
  each: Extract<StreamPlan, { how: "copy" | "encode" }>,
  demuxer: Demuxer,
  muxer: Muxer,
  range: CopyRange,
): Promise<Lane> {
  const { nodeAv } = plan.media;
  const { stream } = each;
  const way =
    each.how === "encode"
      ? await openEncoding(plan, each, muxer, range)
      : await openCopying(plan, stream, demuxer, muxer, range);
  const times = createLaneTimes(nodeAv, stream);
  return {
    timeOf: (packet) => times.timeOf(packet),
    put: async (packet) => {
      const { time, lasts } = times.pass(packet);
      if (packet.hasFlags(nodeAv.AV_PKT_FLAG_CORRUPT))
        tellDamage(range, stream.index, time, "its data is incomplete");
      if (!clip(packet, stream, time, lasts, range)) return packet.free();
      await way.put(packet, time);
    },
    finish: () => way.finish(),
    isDense: stream.kind === "audio",
    get seconds() {
      return times.next;
    },
    get changed() {
      const { back, backAt } = times;
      return [
        ...(back > 0 ? [steppedBack(stream, backAt, back, way.track)] : []),
        ...(way.late > runIn ? [begunLate(stream, way.late)] : []),
      ];
    },
    get leftOut() {
      return way.isUnheard && times.hasPassed ? [undecodable(stream)] : [];
    },
    [Symbol.dispose]: () => way[Symbol.dispose](),
  };
}

/** How packets come into their track. */
interface Way extends Disposable {
  readonly track: OutputTrack;
  /** Takes a packet over that belongs to the cut, and begins at so many seconds. */
  put(packet: Packet, time: number): Promise<void>;
  finish(): Promise<void>;
  /** Seconds at the beginning that a decoder gave nothing for. */
  readonly late: number;
  /** Whether a decoder gave nothing at all. */
  readonly isUnheard: boolean;
}

/** Copied, as the output's container wants them. */
async function openCopying(
  plan: WritePlan,
  stream: InputStream,
  demuxer: Demuxer,
  muxer: Muxer,
  range: CopyRange,
): Promise<Way> {
  const { nodeAv } = plan.media;
  const { timeBase } = stream;
  const adts = hasAdts(stream) ? await openAdtsFilter(nodeAv, demuxer, stream, range.signal) : undefined;
  const isCut = Number.isFinite(range.start);
  const track = addTrack(plan, stream, muxer, timeBase, (parameters) => {
    copyParameters(stream, parameters);
    if (adts) parameters.extradata = adts.config;
    // what an encoder ran in on lies before the cut
    if (isCut && isMatroska(plan.encoding.container)) parameters.initialPadding = 0;
  });
  return {
    track,
    put: async (packet, time) => {
      if (adts && !(await adts.pass(packet))) {
        packet.free();
        return tellDamage(range, stream.index, time, "its data is incomplete");
      }
      complete(nodeAv, packet, stream, Math.max(time, range.start));
      movePacket(nodeAv, packet, stream, range.shift);
      await track.write(packet, timeBase).catch((error: unknown) => {
        // a packet that is only half there, which the muxer cannot bring into its own form
        if (!(error instanceof nodeAv.FFmpegError) || error.code !== nodeAv.AVERROR_INVALIDDATA) throw error;
        tellDamage(range, stream.index, time, "its data is incomplete");
      });
    },
    finish: async () => undefined,
    late: 0,
    isUnheard: false,
    [Symbol.dispose]: () => adts?.[Symbol.dispose](),
  };
}

/** Decoded, and encoded anew: sound. */
async function openEncoding(
  plan: WritePlan,
  { stream, encoding }: Extract<StreamPlan, { how: "encode" }>,
  muxer: Muxer,
  { shift }: CopyRange,
): Promise<Way> {
  const { nodeAv, seams } = plan.media;
  // where files meet a little would add up from each to the next
  const transcoder = await openSoundTranscoder(nodeAv, stream, encoding, seams ? seamTolerance : undefined);
  const { timeBase } = transcoder.context;
  const track = addTrack(plan, stream, muxer, timeBase, (parameters) =>
    nodeAv.FFmpegError.throwIfError(parameters.fromContext(transcoder.context), "Adding sound"),
  );
  /** Seconds at which its first packet begins. */
  let begun = NaN;
  const encode = async (packet: Packet | null): Promise<void> => {
    for (const made of await transcoder.push(packet)) {
      movePacket(nodeAv, made, { timeBase }, shift);
      await track.write(made, timeBase);
    }
  };
  return {
    track,
    put: async (packet, time) => {
      if (Number.isNaN(begun)) begun = time;
      try {
        await encode(packet);
      } finally {
        packet.free();
      }
    },
    finish: () => encode(null),
    get late() {
      return (transcoder.heard ?? begun) - begun;
    },
    get isUnheard() {
      return transcoder.heard === undefined;
    },
    [Symbol.dispose]: () => transcoder[Symbol.dispose](),
  };
}

function addTrack(
  plan: WritePlan,
  { tags, disposition }: InputStream,
  muxer: Muxer,
  timeBase: IRational,
  parameters: TrackInit["parameters"],
): OutputTrack {
  const { track } = planTrackTags(tags, plan.encoding.container, "", plan.media.tags);
  return muxer.add({ parameters, timeBase, tags: track, disposition });
}

/** A muxer wants both times, which are the same for all that is not reordered. */
function complete(nodeAv: NodeAv, packet: Packet, { timeBase, kind }: InputStream, time: number): void {
  const isLate = kind === "subtitle" && secondsOf(packet.pts, timeBase) < time;
  if (packet.pts === nodeAv.AV_NOPTS_VALUE || isLate) packet.pts = ticksOf(time, timeBase);
  if (packet.dts === nodeAv.AV_NOPTS_VALUE || kind !== "video") packet.dts = packet.pts;
}

function steppedBack({ index }: InputStream, at: number, by: number, track: OutputTrack): Changed {
  const raised = track.raised > 0 ? `, and the times of ${track.raised} packets were made to rise` : "";
  const message = `The clock of audio track ${index} steps back by ${formatSeconds(by)} at ${formatSeconds(at)}${raised}.`;
  return { kind: "times", message };
}

/** Some decoders give nothing for the first packets. */
function begunLate({ index }: InputStream, late: number): Changed {
  const message = `Of the first ${formatSeconds(late)} of audio track ${index} its decoder gives no sound.`;
  return { kind: "sound", message };
}

function undecodable(stream: InputStream): LeftOut {
  const track = describeStream(stream);
  const message = `Audio track ${stream.index} (${stream.codec ?? "unknown codec"}) cannot be decoded, nor copied as it is.`;
  return { track, reason: "unreadable", message };
}
