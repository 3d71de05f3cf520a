/** An input's packets, sorted by stream: whoever asks first makes it read on for everybody. */

import { abortable } from "@tatami/core";
import type { Packet } from "node-av";
import type { NodeAv } from "../../node-av.ts";
import { describeResult } from "../errors.ts";
import type { InputStream } from "../input-streams.ts";
import { createPacketQueues } from "./packet-queue.ts";
import type { PacketQueues } from "./packet-queue.ts";
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
  const queues = createPacketQueues(options.overflow ?? "fail");
  const reading = createReading(nodeAv, source, queues, (leap) => {
    hasLeapt = true;
    demuxer.onLeap?.(leap);
  });
  let hasLeapt = false;
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
      return reading.failure;
    },
    get error() {
      return reading.error;
    },
    keep: (stream) => {
      if (queues.keep(stream)) source.keep(stream);
    },
    next: async (stream, signal) => {
      const queue = queues.of(stream);
      queue.begin();
      return reading.until(() => queue.shift(), signal);
    },
    nextOfAny: (signal) => reading.until(() => queues.shift(), signal),
    take: (stream) => queues.of(stream).shift(),
    breaksBefore: (packet) => source.breaks.slice(0, reading.breaksBefore(packet)),
    putBack: (stream, packets) => {
      queues.of(stream).unshift(packets);
      if (reading.isClosed) queues.of(stream).clear();
    },
    seek: (stream, seconds) => reading.seek(stream, seconds),
    disconnect: async () => {
      await reading.interrupt();
      await source.disconnect();
    },
    [Symbol.asyncDispose]: async () => {
      if (reading.isClosed) return;
      await reading.close();
      queues.clear();
      await source.close();
    },
  };
  return demuxer;
}

/** Who reads on in a source: one packet after the other into its stream's queue, whoever waits for it. */
interface Reading {
  /** See {@link Demuxer.failure}. */
  readonly failure: string | undefined;
  /** See {@link Demuxer.error}. */
  readonly error: unknown;
  readonly isClosed: boolean;
  /** Breaks of the source before this packet. */
  breaksBefore(packet: Packet): number;
  /** Reads on until there is a packet to take, or no more. An abort ends this wait alone. */
  until(take: () => Packet | undefined, signal: AbortSignal | undefined): Promise<Packet | undefined>;
  /** See {@link Demuxer.seek}. */
  seek(stream: number, seconds: number): Promise<boolean>;
  /** Ends what is under way on the source; resolves when nothing is. */
  interrupt(): Promise<void>;
  /** The same; from then on nothing is read, nor kept. */
  close(): Promise<void>;
}

function createReading(
  nodeAv: NodeAv,
  source: PacketSource,
  queues: PacketQueues,
  onLeap: (leap: Leap) => void,
): Reading {
  const clock = createPacketClock(nodeAv, source.leaps, onLeap);
  const breaks = new WeakMap<Packet, number>();
  let failure: string | undefined;
  let thrown: unknown;
  let ended = false;
  let closed = false;
  let pending: Promise<void> | undefined;

  const readOne = async (): Promise<void> => {
    const packet = new nodeAv.Packet();
    packet.alloc();
    const result = await source.read(packet).catch((error: unknown) => {
      thrown = error;
      return nodeAv.AVERROR_EOF;
    });
    const queue = result >= 0 && !closed ? queues.find(packet.streamIndex) : undefined;
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
  const interrupt = (): Promise<void> => {
    source.interrupt();
    return settle();
  };
  return {
    get failure() {
      return failure;
    },
    get error() {
      return thrown;
    },
    get isClosed() {
      return closed;
    },
    breaksBefore: (packet) => breaks.get(packet) ?? 0,
    until: async (take, signal) => {
      for (;;) {
        const packet = take();
        if (packet) return packet;
        if (ended || closed) return undefined;
        pending ??= readOne().finally(() => (pending = undefined));
        await abortable(pending, signal);
      }
    },
    seek: async (stream, seconds) => {
      await settle();
      const seeking = source.seek(stream, seconds);
      pending = seeking.then(() => undefined).finally(() => (pending = undefined));
      if (!(await seeking)) return false;
      queues.clear();
      clock.reset();
      ended = false;
      failure = undefined;
      return true;
    },
    interrupt,
    close: () => {
      closed = true;
      return interrupt();
    },
  };
}
