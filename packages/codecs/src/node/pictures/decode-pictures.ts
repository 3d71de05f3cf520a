/** Decodes a stream from where its demuxer stands, going on after what cannot be decoded. */

import type { Damage } from "@tatami/core";
import type { Frame, Packet } from "node-av";
import { formatSeconds } from "../../driver/explain-error.ts";
import type { NodeAv } from "../node-av.ts";
import { packetTime, secondsOf } from "../node-av.ts";
import type { Cut } from "../../driver/find-cut.ts";
import type { Demuxer } from "../input/packets/demuxer.ts";
import type { InputStream } from "../input/input-streams.ts";
import { openStreamDecoder } from "./stream-decoder.ts";
import type { Break } from "../input/packets/packet-source.ts";
import type { StreamDecoder } from "./stream-decoder.ts";

/** Seconds by which a stream may end before it says: the last pictures of old files often have no length. */
const tolerance = 1;

/** How a stream is decoded. */
export interface DecodeOptions {
  /** Told of what cannot be decoded; what it throws ends decoding. */
  readonly tell: (damage: Damage) => void;
  /** Told of every break of a live input, which is no fault of what was decoded. */
  readonly onBreak?: ((damage: Damage) => void) | undefined;
  /** Takes every packet once it is decoded; it is freed when there is none. */
  readonly keepPacket?: (packet: Packet) => void;
  /** Where the file ends before its own headers say it does. */
  readonly cut?: Cut;
  /** Seconds at which pictures should end, where the stream itself does not say. */
  readonly endsAt?: number | null;
  /** Threads of the decoder; 0 for as many as there are cores. @defaultValue 0 */
  readonly threads?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Every picture of the stream in the order shown, each the caller's to free. */
export async function* decodePictures(
  nodeAv: NodeAv,
  demuxer: Demuxer,
  stream: InputStream,
  options: DecodeOptions,
): AsyncGenerator<Frame, void, undefined> {
  const begin = stream.start ?? 0;
  const progress: Progress = { seconds: begin, last: begin, recentStep: 0, begun: false };
  let decoder = await openStreamDecoder(nodeAv, stream, options.threads);
  let breaks = 0;
  try {
    for (;;) {
      const packet = await demuxer.next(stream.index, options.signal);
      const before = packet ? demuxer.breaksBefore(packet) : [];
      if (before.length > breaks) {
        // What the old connection announced need not hold for the new one.
        await decoder.send(null);
        yield* receiveAll(nodeAv, decoder, stream, progress, options);
        decoder[Symbol.dispose]();
        decoder = await openStreamDecoder(nodeAv, demuxer.streams[stream.index] ?? stream, options.threads);
        for (const each of before.slice(breaks)) options.onBreak?.(describeBreak(each));
        breaks = before.length;
        progress.begun = false;
      }
      if (packet) notePacket(nodeAv, packet, stream, progress);
      let failed: string | undefined;
      try {
        failed = await decoder.send(packet ?? null);
      } finally {
        if (packet && options.keepPacket) options.keepPacket(packet);
        else packet?.free();
      }
      if (failed !== undefined) tellUndecodable(failed, progress, options);
      yield* receiveAll(nodeAv, decoder, stream, progress, options);
      if (!packet) break;
    }
  } finally {
    decoder[Symbol.dispose]();
  }
  if (demuxer.error !== undefined) throw demuxer.error;
  tellEnd(demuxer, stream, progress, options);
}

function describeBreak({ seconds, lasted }: Break): Damage {
  const message = `The connection broke off at ${formatSeconds(seconds)} and was opened again after ${formatSeconds(lasted)}.`;
  return { seconds, frames: null, message };
}

/** An end before the end: reading failed, or the file is shorter than it says. */
function tellEnd(demuxer: Demuxer, stream: InputStream, progress: Progress, options: DecodeOptions): void {
  const { last } = progress;
  const { cut, endsAt = null } = options;
  const stated = stream.duration === null ? endsAt : (stream.start ?? 0) + stream.duration;
  const missing = stated === null || demuxer.hasLeapt ? 0 : stated - last;
  // where there is a picture a minute the last one lasts as long
  const usual = Math.max(tolerance, 1.5 * progress.recentStep);
  if (demuxer.failure === undefined && !cut && missing <= usual) return;
  const broken = cut && `the file breaks off: it has ${cut.size} bytes of at least ${cut.declared}`;
  const why = broken ?? demuxer.failure ?? "it breaks off";
  const message = `The input cannot be read beyond ${formatSeconds(last)} (${why}).`;
  options.tell({ seconds: last, frames: null, message });
}

interface Progress {
  /** Seconds of the last packet sent. */
  seconds: number;
  /** Seconds at which the latest packet so far ends. */
  last: number;
  /** Seconds between packets, the latest counting most. */
  recentStep: number;
  /** Whether a key frame was sent or a picture came out: what comes before cannot be decoded, and need not. */
  begun: boolean;
}

function notePacket(nodeAv: NodeAv, packet: Packet, { timeBase }: InputStream, progress: Progress): void {
  const before = progress.seconds;
  progress.seconds = packetTime(nodeAv, packet, timeBase) ?? before;
  progress.recentStep = Math.max(progress.recentStep / 2, progress.seconds - before);
  const duration = secondsOf(packet.duration, timeBase);
  progress.last = Math.max(progress.last, progress.seconds + duration);
  progress.begun ||= packet.isKeyframe;
}

async function* receiveAll(
  nodeAv: NodeAv,
  decoder: StreamDecoder,
  stream: InputStream,
  progress: Progress,
  options: DecodeOptions,
): AsyncGenerator<Frame, void, undefined> {
  for (;;) {
    const received = await decoder.receive();
    if (!received) return;
    if ("failed" in received) {
      tellUndecodable(received.failed, progress, options);
      continue;
    }
    const { frame } = received;
    progress.begun = true;
    try {
      tellConcealed(nodeAv, frame, stream, progress, options);
    } catch (error) {
      frame.free();
      throw error;
    }
    yield frame;
  }
}

function tellUndecodable(failed: string, { seconds, begun }: Progress, { tell }: DecodeOptions): void {
  if (!begun) return;
  const message = `The picture at ${formatSeconds(seconds)} cannot be decoded (${failed}).`;
  tell({ seconds, frames: 1, message });
}

/**
 * Pictures whose damage the decoder covered up are shown, as every player does. The place is the picture's own: those
 * before a key frame that was sought, whose references are not there, are no damage of what follows.
 */
function tellConcealed(
  nodeAv: NodeAv,
  frame: Frame,
  { timeBase }: InputStream,
  progress: Progress,
  { tell }: DecodeOptions,
): void {
  if (frame.decodeErrorFlags === 0 && !frame.hasFlags(nodeAv.AV_FRAME_FLAG_CORRUPT)) return;
  const ticks = frame.bestEffortTimestamp;
  const seconds = ticks === nodeAv.AV_NOPTS_VALUE ? progress.seconds : secondsOf(ticks, timeBase);
  const message = `The picture at about ${formatSeconds(seconds)} is damaged and shown as far as it could be decoded.`;
  tell({ seconds, frames: 0, message });
}
