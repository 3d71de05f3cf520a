/** An input's packets, sorted by stream: whoever asks first makes it read on for everybody. */

import { abortable, TatamiError } from "@tatami/core";
import type { Packet } from "node-av";
import type { NodeAv } from "../../node-av.ts";
import { describeResult } from "../errors.ts";
import type { InputStream } from "../input-streams.ts";
import { createPacketQueue } from "./packet-queue.ts";
import type { PacketQueue } from "./packet-queue.ts";
import type { Break, PacketSource } from "./packet-source.ts";
import { createPacketClock } from "./packet-times.ts";
import type { Leap } from "./packet-times.ts";

/** What stands between a source and its readers. Disposing of it ends every wait and closes the source. */
export interface Demuxer extends AsyncDisposable {
  /** The streams of the connection that is open. */
  readonly streams: readonly InputStream[];
  /** Why reading ended before the end, in FFmpeg's words; set once packets have run out. */
  readonly failure: string | undefined;
  /** Whether the container's clock may jump: then lengths that it seems to state are estimates. */
  readonly leaps: boolean;
  /** Whether the clock has jumped: then what a container states of its length is not true. */
  readonly hasLeapt: boolean;
  /** Told of every jump of the clock that is taken back; for its reader to set. */
  onLeap: ((leap: Leap) => void) | undefined;
  /** The error that ended reading, for the one who reads pictures to throw. */
  readonly error: unknown;
  /** From here on the stream's packets are kept until they are asked for; others are passed over. */
  keep(stream: number): void;
  /**
   * The next packet of a stream that is kept, the caller's to free; nothing at the end. An abort ends this wait alone.
   */
  next(stream: number, signal?: AbortSignal): Promise<Packet | undefined>;
  /** The next packet of any stream that is kept, in the order of the input, the caller's to free; nothing at the end. */
  nextOfAny(signal?: AbortSignal): Promise<Packet | undefined>;
  /** The breaks of a live input before this packet: its decoder must begin anew after each. */
  breaksBefore(packet: Packet): readonly Break[];
  /** The next packet of a stream that is kept, if one waits already: nothing is read for it. */
  take(stream: number): Packet | undefined;
  /** Packets that were looked at only: they come first again. */
  putBack(stream: number, packets: readonly Packet[]): void;
  /** Goes to the last key frame at or before `seconds`. @returns whether the input could. */
  seek(stream: number, seconds: number): Promise<boolean>;
  /** Closes the connection; the streams' parameters stay until it is disposed of. */
  disconnect(): Promise<void>;
}

/** How a demuxer is made. */
export interface DemuxerOptions {
  /** What to do with the oldest packets of a stream when too many wait. @defaultValue "fail" */
  readonly overflow?: "fail" | "drop-oldest";
}

/** Takes over a source. */
export function createDemuxer(nodeAv: NodeAv, source: PacketSource, options: DemuxerOptions = {}): Demuxer {
  const queues = new Map<number, PacketQueue>();
  const clock = createPacketClock(nodeAv, source.leaps, (leap) => {
    hasLeapt = true;
    demuxer.onLeap?.(leap);
  });
  const breaks = new WeakMap<Packet, number>();
  let failure: string | undefined;
  let thrown: unknown;
  let ended = false;
  let hasLeapt = false;
  let closed = false;
  let pending: Promise<void> | undefined;

  const readOne = async (): Promise<void> => {
    const packet = new nodeAv.Packet();
    packet.alloc();
    const result = await source.read(packet).catch((error: unknown) => {
      thrown = error;
      return nodeAv.AVERROR_EOF;
    });
    const queue = result >= 0 && !closed ? queues.get(packet.streamIndex) : undefined;
    const stream = source.streams[packet.streamIndex];
    if (result >= 0 && stream) clock.place(packet, stream);
    if (queue) {
      breaks.set(packet, source.breaks.length);
      queue.push(packet);
      return;
    }
    packet.free();
    if (result >= 0 || (result === nodeAv.AVERROR_EAGAIN && !closed)) return;
    ended = true;
    if (result !== nodeAv.AVERROR_EOF && !closed) failure = describeResult(nodeAv, result);
  };
  /** Waits until nothing is under way on the source; what went wrong there was for who asked. */
  const settle = async (): Promise<void> => {
    for (let busy = pending; busy; busy = pending) await busy.catch(() => undefined);
  };
  const queueOf = (stream: number): PacketQueue => {
    const queue = queues.get(stream);
    if (queue) return queue;
    throw new TatamiError({
      code: "internal",
      message: `Packets of stream ${stream} were asked for and not kept.`,
      fix: "Report this with the input.",
    });
  };
  /** Reads on until there is a packet to take, or no more. */
  const readUntil = async (
    take: () => Packet | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Packet | undefined> => {
    for (;;) {
      const packet = take();
      if (packet) return packet;
      if (ended || closed) return undefined;
      pending ??= readOne().finally(() => (pending = undefined));
      await abortable(pending, signal);
    }
  };
  const demuxer: Demuxer = {
    onLeap: undefined,
    leaps: source.leaps,
    get hasLeapt() {
      return hasLeapt;
    },
    get streams() {
      return source.streams;
    },
    get failure() {
      return failure;
    },
    get error() {
      return thrown;
    },
    keep: (stream) => {
      if (queues.has(stream)) return;
      queues.set(stream, createPacketQueue(stream, options.overflow ?? "fail"));
      source.keep(stream);
    },
    next: async (stream, signal) => {
      const queue = queueOf(stream);
      queue.begin();
      return readUntil(() => queue.shift(), signal);
    },
    nextOfAny: (signal) =>
      readUntil(() => {
        for (const queue of queues.values()) {
          const packet = queue.shift();
          if (packet) return packet;
        }
        return undefined;
      }, signal),
    take: (stream) => queueOf(stream).shift(),
    breaksBefore: (packet) => source.breaks.slice(0, breaks.get(packet) ?? 0),
    putBack: (stream, packets) => {
      queueOf(stream).unshift(packets);
      if (closed) queueOf(stream).clear();
    },
    seek: async (stream, seconds) => {
      await settle();
      const seeking = source.seek(stream, seconds);
      pending = seeking.then(() => undefined).finally(() => (pending = undefined));
      if (!(await seeking)) return false;
      for (const queue of queues.values()) queue.clear();
      clock.reset();
      ended = false;
      failure = undefined;
      return true;
    },
    disconnect: async () => {
      source.interrupt();
      await settle();
      await source.disconnect();
    },
    [Symbol.asyncDispose]: async () => {
      if (closed) return;
      closed = true;
      source.interrupt();
      await settle();
      for (const queue of queues.values()) queue.clear();
      await source.close();
    },
  };
  return demuxer;
}
