/** Packets that wait for their readers, by stream. */

import { TatamiError } from "@tatami/core";
import type { Packet } from "node-av";

/** Bytes that wait at most for the reader of one stream: minutes of sound, seconds of large pictures. */
export const maxWaitingBytes: number = 64 * 2 ** 20;

/** A first-in, first-out queue bounded in bytes. It owns the packets in it. */
export interface PacketQueue {
  /** Says that somebody reads: from here on packets are not dropped to make room, where they must not be. */
  begin(): void;
  /** @throws TatamiError `queue-overflow` when too many bytes wait. */
  push(packet: Packet): void;
  /** The oldest packet, now the caller's. */
  shift(): Packet | undefined;
  /** Puts packets before all others. */
  unshift(packets: readonly Packet[]): void;
  /** Frees all. */
  clear(): void;
}

/** Makes the queue of a stream. One that nobody has begun to read drops its oldest packets whatever `overflow` says. */
export function createPacketQueue(stream: number, overflow: "fail" | "drop-oldest"): PacketQueue {
  const packets: Packet[] = [];
  let bytes = 0;
  let begun = false;
  const shift = (): Packet | undefined => {
    const packet = packets.shift();
    if (packet) bytes -= packet.size;
    return packet;
  };
  return {
    begin: () => void (begun = true),
    push: (packet) => {
      packets.push(packet);
      bytes += packet.size;
      if (bytes <= maxWaitingBytes) return;
      if (begun && overflow === "fail") throw tooManyWait(stream, bytes);
      for (let oldest = shift(); oldest; oldest = bytes > maxWaitingBytes ? shift() : undefined)
        oldest.free();
    },
    shift,
    unshift: (some) => {
      packets.unshift(...some);
      for (const packet of some) bytes += packet.size;
    },
    clear: () => {
      for (const packet of packets.splice(0)) packet.free();
      bytes = 0;
    },
  };
}

/** The queues of an input's streams that are kept. */
export interface PacketQueues {
  /** @returns whether the stream was not kept before. */
  keep(stream: number): boolean;
  /** The queue of a stream, if it is kept. */
  find(stream: number): PacketQueue | undefined;
  /** @throws TatamiError `internal` where the stream is not kept. */
  of(stream: number): PacketQueue;
  /** The oldest packet of the first stream that has one, now the caller's. */
  shift(): Packet | undefined;
  /** Frees all. */
  clear(): void;
}

/** Makes them as streams are kept. */
export function createPacketQueues(overflow: "fail" | "drop-oldest"): PacketQueues {
  const queues = new Map<number, PacketQueue>();
  return {
    keep: (stream) => {
      if (queues.has(stream)) return false;
      queues.set(stream, createPacketQueue(stream, overflow));
      return true;
    },
    find: (stream) => queues.get(stream),
    of: (stream) => {
      const queue = queues.get(stream);
      if (queue) return queue;
      throw new TatamiError({
        code: "internal",
        message: `Packets of stream ${stream} were asked for and not kept.`,
        fix: "Report this with the input.",
      });
    },
    shift: () => {
      for (const queue of queues.values()) {
        const packet = queue.shift();
        if (packet) return packet;
      }
      return undefined;
    },
    clear: () => {
      for (const queue of queues.values()) queue.clear();
    },
  };
}

function tooManyWait(stream: number, bytes: number): TatamiError<"queue-overflow"> {
  return new TatamiError({
    code: "queue-overflow",
    message: `Queue "packets of stream ${stream}": ${bytes} bytes wait while another stream has none; the input keeps its picture and its sound far apart.`,
    fix: "Give the input as a file rather than as a stream, or leave its sound out (encode.audio: drop).",
    detail: { stream, bytes },
  });
}
