/** One stream on its way into the output: cut, moved in time, copied or encoded anew. */

import type { Changed, Damage, LeftOut, ReadOptions } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { IRational, Packet } from "node-av";
import { formatSeconds } from "../../driver/explain-error.ts";
import type { InputStream } from "../input/input-streams.ts";
import { describeStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";
import { packetTime, secondsOf, ticksOf } from "../node-av.ts";
import { copyParameters, isMatroska } from "./containers.ts";
import type { Muxer, OutputTrack } from "./mux.ts";
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
  const adts =
    each.how === "copy" && hasAdts(stream)
      ? await openAdtsFilter(nodeAv, demuxer, stream, range.signal)
      : undefined;
  const { container } = plan.encoding;
  const { start, end, shift } = range;
  // where files meet a little would add up from each to the next
  const tolerance = plan.media.seams ? seamTolerance : undefined;
  const transcoder =
    each.how === "encode" ? await openSoundTranscoder(nodeAv, stream, each.encoding, tolerance) : undefined;
  const clock: IRational = transcoder ? transcoder.context.timeBase : stream.timeBase;
  const isCut = Number.isFinite(start);
  const track = muxer.add({
    parameters: (parameters) => {
      if (transcoder)
        nodeAv.FFmpegError.throwIfError(parameters.fromContext(transcoder.context), "Adding sound");
      else copyParameters(stream, parameters);
      if (adts) parameters.extradata = adts.config;
      // what an encoder ran in on lies before the cut
      if (isCut && !transcoder && isMatroska(container)) parameters.initialPadding = 0;
    },
    timeBase: clock,
    tags: planTrackTags(stream.tags, container, "", plan.media.tags).track,
    disposition: stream.disposition,
  });
  let next = stream.start ?? 0;
  let [begun, first, last, back] = [NaN, NaN, -Infinity, 0];
  const timeOf = (packet: Packet): number => packetTime(nodeAv, packet, stream.timeBase) ?? next;
  const encoded = async (packets: readonly Packet[]): Promise<void> => {
    for (const packet of packets) {
      movePacket(nodeAv, packet, { timeBase: clock }, shift);
      await track.write(packet, clock);
    }
  };
  return {
    timeOf,
    put: async (packet) => {
      const time = timeOf(packet);
      const lasts = durationOf(nodeAv, packet, stream);
      if (stream.kind === "audio" && time < last) {
        back = Math.max(back, last - time);
        if (Number.isNaN(first)) first = time;
      }
      last = time;
      next = time + lasts;
      if (packet.hasFlags(nodeAv.AV_PKT_FLAG_CORRUPT))
        tellDamage(range, stream.index, time, "its data is incomplete");
      if (!clip(packet, stream, time, lasts, { start, end })) return packet.free();
      if (transcoder) {
        if (Number.isNaN(begun)) begun = time;
        try {
          await encoded(await transcoder.push(packet));
        } finally {
          packet.free();
        }
        return;
      }
      if (adts && !(await adts.pass(packet))) {
        packet.free();
        return tellDamage(range, stream.index, time, "its data is incomplete");
      }
      complete(nodeAv, packet, stream, Math.max(time, start));
      movePacket(nodeAv, packet, { timeBase: clock }, shift);
      await track.write(packet, clock).catch((error: unknown) => {
        // a packet that is only half there, which the muxer cannot bring into its own form
        if (!(error instanceof nodeAv.FFmpegError) || error.code !== nodeAv.AVERROR_INVALIDDATA) throw error;
        tellDamage(range, stream.index, time, "its data is incomplete");
      });
    },
    finish: async () => {
      if (transcoder) await encoded(await transcoder.push(null));
    },
    isDense: stream.kind === "audio",
    get seconds() {
      return next;
    },
    get changed() {
      const late = (transcoder?.heard ?? begun) - begun;
      return [
        ...(back > 0 ? [steppedBack(stream, first, back, track)] : []),
        ...(late > runIn ? [begunLate(stream, late)] : []),
      ];
    },
    get leftOut() {
      return transcoder && transcoder.heard === undefined && last > -Infinity ? [undecodable(stream)] : [];
    },
    [Symbol.dispose]: () => {
      transcoder?.[Symbol.dispose]();
      adts?.[Symbol.dispose]();
    },
  };
}

/**
 * Whether a packet belongs to the cut. Sound that begins before it is passed over; a subtitle that lasts into the cut
 * begins with it, and one that lasts beyond it ends with it.
 */
function clip(
  packet: Packet,
  { kind, timeBase }: InputStream,
  time: number,
  lasts: number,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  if (time >= end) return false;
  if (kind !== "subtitle") return time >= start;
  if (time < start && time + lasts <= start) return false;
  const from = Math.max(time, start);
  const to = Math.min(time + lasts, end);
  if (from !== time || to !== time + lasts) packet.duration = ticksOf(to - from, timeBase);
  return true;
}

/** A muxer wants both times, which are the same for all that is not reordered. */
function complete(nodeAv: NodeAv, packet: Packet, { timeBase, kind }: InputStream, time: number): void {
  const isLate = kind === "subtitle" && secondsOf(packet.pts, timeBase) < time;
  if (packet.pts === nodeAv.AV_NOPTS_VALUE || isLate) packet.pts = ticksOf(time, timeBase);
  if (packet.dts === nodeAv.AV_NOPTS_VALUE || kind !== "video") packet.dts = packet.pts;
}

function durationOf(nodeAv: NodeAv, packet: Packet, stream: InputStream): number {
  const { timeBase, parameters, kind } = stream;
  if (packet.duration > 0n) return secondsOf(packet.duration, timeBase);
  if (kind !== "audio" || parameters.sampleRate < 1) return 0;
  return Math.max(0, nodeAv.avGetAudioFrameDuration2(parameters, packet.size)) / parameters.sampleRate;
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
