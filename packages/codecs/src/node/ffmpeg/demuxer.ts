/** One connection's packets, sorted by stream: whoever asks first makes it read on for everybody. */

import { abortable, TatamiError } from "@tatami/core";
import type { Packet } from "node-av";
import type { Packages } from "../packages.ts";
import type { Connection } from "./connection.ts";
import { describeResult } from "./errors.ts";
import type { InputStream } from "./input-streams.ts";
import { readInputStream } from "./input-streams.ts";
import { createPacketQueue } from "./packet-queue.ts";
import type { PacketQueue } from "./packet-queue.ts";

type NodeAv = Packages["nodeAv"];

/** What stands between a connection and its readers. Disposing of it ends every wait and closes the connection. */
export interface Demuxer extends AsyncDisposable {
  readonly streams: readonly InputStream[];
  /** Why reading ended before the end, in FFmpeg's words; set once packets have run out. */
  readonly failure: string | undefined;
  /** From here on the stream's packets are kept until they are asked for; others are passed over. */
  keep(stream: number): void;
  /**
   * The next packet of a stream that is kept, the caller's to free; nothing at the end. An abort ends this wait alone.
   */
  next(stream: number, signal?: AbortSignal): Promise<Packet | undefined>;
  /** Packets that were looked at only: they come first again. */
  putBack(stream: number, packets: readonly Packet[]): void;
  /** Goes to the last key frame at or before `seconds`. @returns whether the input could. */
  seek(stream: number, seconds: number): Promise<boolean>;
}

/** How a demuxer is made. */
export interface DemuxerOptions {
  /** What to do with the oldest packets of a stream when too many wait. @defaultValue "fail" */
  readonly overflow?: "fail" | "drop-oldest";
}

/** Takes over an open connection. */
export function createDemuxer(nodeAv: NodeAv, connection: Connection, options: DemuxerOptions = {}): Demuxer {
  const { context } = connection;
  const native = context.streams;
  const streams = native.map((stream) => readInputStream(nodeAv, stream));
  for (const stream of native) stream.discard = nodeAv.AVDISCARD_ALL;
  const queues = new Map<number, PacketQueue>();
  let failure: string | undefined;
  let ended = false;
  let closed = false;
  let pending: Promise<void> | undefined;

  const readOne = async (): Promise<void> => {
    const packet = new nodeAv.Packet();
    packet.alloc();
    const result = await context.readFrame(packet);
    if (result >= 0 && !closed) {
      const queue = queues.get(packet.streamIndex);
      if (queue) queue.push(packet);
      else packet.free();
      return;
    }
    packet.free();
    if (result === nodeAv.AVERROR_EAGAIN && !closed) return;
    ended = true;
    if (result < 0 && result !== nodeAv.AVERROR_EOF && !closed) failure = describeResult(nodeAv, result);
  };
  /** Waits until nothing is under way on the connection. */
  const settle = async (): Promise<void> => {
    for (let busy = pending; busy; busy = pending) await busy;
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
  return {
    streams,
    get failure() {
      return failure;
    },
    keep: (stream) => {
      if (queues.has(stream)) return;
      queues.set(stream, createPacketQueue(stream, options.overflow ?? "fail"));
      const kept = native.find(({ index }) => index === stream);
      if (kept) kept.discard = nodeAv.AVDISCARD_DEFAULT;
    },
    next: async (stream, signal) => {
      const queue = queueOf(stream);
      queue.begin();
      for (;;) {
        const packet = queue.shift();
        if (packet) return packet;
        if (ended || closed) return undefined;
        pending ??= readOne().finally(() => (pending = undefined));
        await abortable(pending, signal);
      }
    },
    putBack: (stream, packets) => {
      queueOf(stream).unshift(packets);
      if (closed) queueOf(stream).clear();
    },
    seek: async (stream, seconds) => {
      await settle();
      const { timeBase } = streams[stream] ?? { timeBase: { num: 1, den: 1 } };
      const tick = BigInt(Math.floor((seconds * timeBase.den) / timeBase.num));
      let moved = false;
      pending = (async () => {
        moved = (await context.seekFrame(stream, tick, nodeAv.AVSEEK_FLAG_BACKWARD)) >= 0;
      })().finally(() => (pending = undefined));
      await pending;
      if (!moved) return false;
      for (const queue of queues.values()) queue.clear();
      ended = false;
      failure = undefined;
      return true;
    },
    [Symbol.asyncDispose]: async () => {
      if (closed) return;
      closed = true;
      connection.interrupt();
      await settle();
      for (const queue of queues.values()) queue.clear();
      for (const { parameters } of streams) parameters.free();
      await connection.close();
    },
  };
}
