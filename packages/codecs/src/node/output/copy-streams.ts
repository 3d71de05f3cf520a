/** Everything but the picture, put into the output abreast of it: copied packet by packet, or encoded anew. */

import type { Changed, Damage, LeftOut, ReadOptions } from "@tatami/core";
import { TatamiError, throwIfAborted } from "@tatami/core";
import type { IRational, Packet } from "node-av";
import { formatSeconds } from "../../mediabunny/explain-error.ts";
import type { InputStream } from "../input/input-streams.ts";
import { describeStream } from "../input/input-streams.ts";
import type { Demuxer } from "../input/demuxer.ts";
import type { Reading } from "../input/media.ts";
import type { NodeAv } from "../node-av.ts";
import { allocatePacket, packetTime, secondsOf, ticksOf } from "../node-av.ts";
import { copyParameters, isMatroska } from "./containers.ts";
import type { Muxer, OutputTrack } from "./mux.ts";
import { shiftPacket } from "./mux.ts";
import type { WritePlan } from "./plan-write.ts";
import type { StreamPlan } from "./plan-streams.ts";
import { planTrackTags } from "./tags.ts";
import { openSoundTranscoder } from "./transcode-sound.ts";

/** The part of the input that is written, in seconds, and how far its times are moved. */
export interface CopyRange {
  readonly start: number;
  readonly end: number;
  readonly shift: number;
  readonly onDamaged: ReadOptions["onDamaged"];
  readonly signal: AbortSignal | undefined;
}

/** Copies streams. Dispose of it. */
export interface StreamCopier extends AsyncDisposable {
  /** Adds the tracks to the muxer; call before it begins. */
  addTracks(muxer: Muxer): Promise<void>;
  /** What is no stream of packets, such as covers: once the muxer has begun. */
  begin(): Promise<void>;
  /** Puts into the output what is shown until then; all of it for Infinity. */
  copyUntil(seconds: number): Promise<void>;
  /** What turned out while copying. */
  readonly changed: readonly Changed[];
  readonly leftOut: readonly LeftOut[];
}

/** Opens what the streams are read from. Of an input that is read once its packets wait for this already. */
export async function createStreamCopier(plan: WritePlan, range: CopyRange): Promise<StreamCopier> {
  const { media } = plan;
  const feeds = plan.streams.filter(({ how }) => how === "copy" || how === "encode");
  const indexes = feeds.map(({ stream }) => stream.index);
  const reading = indexes.length > 0 ? await media.access.read(indexes, range.signal) : undefined;
  const lanes = new Map<number, Lane>();
  let begin: () => Promise<void> = async () => undefined;
  let waiting: { readonly packet: Packet; readonly lane: Lane; readonly time: number } | undefined;
  let ended = false;
  const own = reading?.own === true && range.start > 0;
  if (own) await reading.demuxer.seek(indexes[0]!, range.start);

  const put = async (packet: Packet, lane: Lane): Promise<void> => lane.put(packet);
  const copyOwn = async ({ demuxer }: Reading, until: number): Promise<void> => {
    while (!ended) {
      throwIfAborted(range.signal);
      if (!waiting) {
        const packet = await demuxer.nextOfAny(range.signal);
        const lane = packet && lanes.get(packet.streamIndex);
        if (!packet || !lane) {
          ended = true;
          tellEnd(demuxer, lanes, range);
          break;
        }
        waiting = { packet, lane, time: lane.timeOf(packet) };
      }
      if (waiting.time > until) return;
      const { packet, lane } = waiting;
      waiting = undefined;
      await put(packet, lane);
    }
  };
  const copyShared = async ({ demuxer }: Reading, until: number): Promise<void> => {
    for (const [index, lane] of lanes) {
      for (;;) {
        const packet = until === Infinity ? await demuxer.next(index, range.signal) : demuxer.take(index);
        if (!packet) break;
        await put(packet, lane);
      }
    }
  };
  return {
    addTracks: async (muxer) => {
      const begins: (() => Promise<void>)[] = [];
      for (const each of plan.streams) {
        if (each.how === "copy" || each.how === "encode")
          lanes.set(each.stream.index, await openLane(plan, each, muxer, range));
        else if (each.how !== "timecode") begins.push(addFile(plan, each.stream, each.how, muxer));
      }
      begin = async () => {
        for (const each of begins) await each();
      };
    },
    begin: () => begin(),
    copyUntil: async (seconds) => {
      if (!reading) return;
      await (reading.own ? copyOwn(reading, seconds) : copyShared(reading, seconds));
      if (seconds === Infinity) for (const lane of lanes.values()) await lane.finish();
    },
    get changed() {
      return [...lanes.values()].flatMap((lane) => lane.changed);
    },
    get leftOut() {
      return [...lanes.values()].flatMap((lane) => lane.leftOut);
    },
    [Symbol.asyncDispose]: async () => {
      waiting?.packet.free();
      waiting = undefined;
      for (const lane of lanes.values()) lane[Symbol.dispose]();
      await reading?.[Symbol.asyncDispose]();
    },
  };
}

/** What lies beside the picture may break off where the picture does not. */
function tellEnd({ failure }: Demuxer, lanes: ReadonlyMap<number, Lane>, range: CopyRange): void {
  if (failure === undefined) return;
  const [index, lane] = [...lanes].toSorted(([, a], [, b]) => a.seconds - b.seconds)[0] ?? [];
  if (index === undefined || !lane) return;
  tellDamage(range, index, lane.seconds, failure);
}

function tellDamage({ onDamaged }: CopyRange, index: number, seconds: number, why: string): void {
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

/** One stream on its way. */
interface Lane extends Disposable {
  /** Seconds at which a packet begins; where it does not say, where the one before ended. */
  timeOf(packet: Packet): number;
  /** Takes a packet over. */
  put(packet: Packet): Promise<void>;
  finish(): Promise<void>;
  /** Seconds up to which it was read. */
  readonly seconds: number;
  readonly changed: readonly Changed[];
  readonly leftOut: readonly LeftOut[];
}

async function openLane(
  plan: WritePlan,
  each: Extract<StreamPlan, { how: "copy" | "encode" }>,
  muxer: Muxer,
  range: CopyRange,
): Promise<Lane> {
  const { nodeAv } = plan.media;
  const { stream } = each;
  const { container } = plan.encoding;
  const { start, end, shift } = range;
  const transcoder =
    each.how === "encode" ? await openSoundTranscoder(nodeAv, stream, each.encoding) : undefined;
  const clock: IRational = transcoder ? transcoder.context.timeBase : stream.timeBase;
  const isCut = Number.isFinite(start);
  const track = muxer.add({
    parameters: (parameters) => {
      if (transcoder)
        nodeAv.FFmpegError.throwIfError(parameters.fromContext(transcoder.context), "Adding sound");
      else copyParameters(stream, parameters);
      // what an encoder ran in on lies before the cut
      if (isCut && !transcoder && isMatroska(container)) parameters.initialPadding = 0;
    },
    timeBase: clock,
    tags: planTrackTags(stream.tags, container, "", plan.media.tags).track,
    disposition: stream.disposition,
  });
  let next = stream.start ?? 0;
  let [first, last, back] = [NaN, -Infinity, 0];
  const timeOf = (packet: Packet): number => packetTime(nodeAv, packet, stream.timeBase) ?? next;
  const encoded = async (packets: readonly Packet[]): Promise<void> => {
    for (const packet of packets) {
      shiftPacket(nodeAv, packet, clock, shift);
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
        try {
          await encoded(await transcoder.push(packet));
        } finally {
          packet.free();
        }
        return;
      }
      complete(nodeAv, packet, stream, Math.max(time, isCut ? start : time));
      shiftPacket(nodeAv, packet, clock, shift);
      await track.write(packet, clock).catch((error: unknown) => {
        // a packet that is only half there, which the muxer cannot bring into its own form
        if (!(error instanceof nodeAv.FFmpegError) || error.code !== nodeAv.AVERROR_INVALIDDATA) throw error;
        tellDamage(range, stream.index, time, "its data is incomplete");
      });
    },
    finish: async () => {
      if (transcoder) await encoded(await transcoder.push(null));
    },
    get seconds() {
      return next;
    },
    get changed() {
      return back > 0 ? [steppedBack(stream, first, back, track)] : [];
    },
    get leftOut() {
      return transcoder && !transcoder.decoded && last > -Infinity ? [undecodable(stream)] : [];
    },
    [Symbol.dispose]: () => transcoder?.[Symbol.dispose](),
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

/** A cover or an attached file. @returns what is to be done once the muxer has begun. */
function addFile(
  { media: { nodeAv, covers }, encoding: { container } }: WritePlan,
  stream: InputStream,
  how: "cover" | "attachment",
  muxer: Muxer,
): () => Promise<void> {
  const { tags, disposition, timeBase } = stream;
  const cover = covers.get(stream.index);
  const isCoverFile = how === "attachment" && cover !== undefined;
  const track = muxer.add({
    parameters: (parameters) => {
      copyParameters(stream, parameters);
      if (!isCoverFile) return;
      // Matroska keeps covers as attached files, whose bytes FFmpeg takes from here.
      parameters.codecType = nodeAv.AVMEDIA_TYPE_ATTACHMENT;
      parameters.extradata = cover;
    },
    timeBase,
    tags: isCoverFile ? { ...coverTags(stream), ...tags } : planTrackTags(tags, container, "", {}).track,
    disposition: isCoverFile ? (0 as typeof disposition) : disposition,
  });
  return async () => {
    if (how !== "cover" || !cover) return;
    const packet = allocatePacket(nodeAv);
    packet.data = cover;
    packet.pts = 0n;
    packet.dts = 0n;
    packet.isKeyframe = true;
    await track.write(packet, timeBase);
  };
}

/** The names that players look for. Source: Matroska's "Cover Art" guidelines. */
function coverTags({ codec }: InputStream): Record<string, string> {
  return codec === "png"
    ? { filename: "cover.png", mimetype: "image/png" }
    : { filename: "cover.jpg", mimetype: "image/jpeg" };
}

function steppedBack({ index }: InputStream, at: number, by: number, track: OutputTrack): Changed {
  const raised = track.raised > 0 ? `, and the times of ${track.raised} packets were made to rise` : "";
  const message = `The clock of audio track ${index} steps back by ${formatSeconds(by)} at ${formatSeconds(at)}${raised}.`;
  return { kind: "times", message };
}

function undecodable(stream: InputStream): LeftOut {
  const track = describeStream(stream);
  const message = `Audio track ${stream.index} (${stream.codec ?? "unknown codec"}) cannot be decoded, nor copied as it is.`;
  return { track, reason: "unreadable", message };
}
