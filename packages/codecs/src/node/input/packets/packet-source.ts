/** Where packets come from: one connection, or several one after the other. */

import { TatamiError } from "@tatami/core";
import type { Packet } from "node-av";
import { formatSeconds } from "../../../driver/explain-error.ts";
import type { NodeAv } from "../../node-av.ts";
import { packetTime } from "../../node-av.ts";
import type { Address } from "../address.ts";
import type { Connection } from "./connection.ts";
import type { InputStream } from "../input-streams.ts";
import { copyInputStream, readInputStream } from "../input-streams.ts";
import { movePacket } from "./packet-times.ts";

/** Milliseconds without a packet after which a connection counts as broken. */
export const silence = 15_000;

/** A place in time where a live input was away. */
export interface Break {
  /** Seconds, as timestamps are counted: where the packets before it end. */
  readonly seconds: number;
  /** Seconds it lasted. */
  readonly lasted: number;
}

/** A source of packets. Its calls must not overlap, but for `interrupt`. */
export interface PacketSource {
  /** The streams of the connection that is open. */
  readonly streams: readonly InputStream[];
  /** Breaks so far: packets read from here on come after the last of them. */
  readonly breaks: readonly Break[];
  /** Whether the container's clock may leap at any time. */
  readonly leaps: boolean;
  /**
   * Reads the next packet of a stream that is kept.
   *
   * @returns FFmpeg's result: below 0 where there is none.
   * @throws TatamiError `connection-lost` when a live input stays away.
   */
  read(packet: Packet): Promise<number>;
  keep(stream: number): void;
  /** @returns whether the input could go there. */
  seek(stream: number, seconds: number): Promise<boolean>;
  /** Ends a call that waits; nothing can be read after it. */
  interrupt(): void;
  /** Closes the connection; the streams' parameters stay, for who still looks at them. */
  disconnect(): Promise<void>;
  /** Frees all. */
  close(): Promise<void>;
}

/**
 * Takes over an open connection. Nothing is kept at first.
 *
 * @param origin seconds taken off all times.
 * @param address where it came from over a network: there a server that falls silent ends it with `connection-lost`.
 * @param known its streams, where only its headers were read.
 */
export function createPacketSource(
  nodeAv: NodeAv,
  connection: Connection,
  origin = 0,
  address?: Address,
  known?: readonly InputStream[],
): PacketSource {
  const { context } = connection;
  const native = context.streams;
  const streams = native.map((stream) => {
    const found = known?.find(({ index }) => index === stream.index);
    if (found) return copyInputStream(nodeAv, found);
    const read = readInputStream(nodeAv, stream);
    return { ...read, start: read.start === null ? null : read.start - origin };
  });
  const leaps = ((context.iformat?.flags ?? 0) & nodeAv.AVFMT_TS_DISCONT) !== 0;
  // Where the clock may leap every reader has to see all streams, or each would find the leap elsewhere.
  if (!leaps) for (const stream of native) stream.discard = nodeAv.AVDISCARD_ALL;
  let end = 0;
  /** An interrupted connection still gives the packet it was in the middle of. */
  let isSilent = false;
  let disconnecting: Promise<void> | undefined;
  const disconnect = (): Promise<void> => (disconnecting ??= connection.close());
  return {
    streams,
    breaks: [],
    leaps,
    read: async (packet) => {
      const watch = address?.remote
        ? setTimeout(() => {
            isSilent = true;
            connection.interrupt();
          }, silence)
        : undefined;
      const result = await context.readFrame(packet).finally(() => clearTimeout(watch));
      if (isSilent && result < 0) throw connectionLost(address!, end, `nothing came for ${silence / 1000} s`);
      end = Math.max(end, packetEnd(nodeAv, packet, streams[packet.streamIndex], origin));
      const stream = streams[packet.streamIndex];
      if (result >= 0 && stream) movePacket(nodeAv, packet, stream, -origin);
      return result;
    },
    keep: (stream) => {
      const kept = native.find(({ index }) => index === stream);
      if (kept) kept.discard = nodeAv.AVDISCARD_DEFAULT;
    },
    seek: async (stream, seconds) => {
      const { timeBase } = streams[stream] ?? { timeBase: { num: 1, den: 1 } };
      const tick = BigInt(Math.floor(((seconds + origin) * timeBase.den) / timeBase.num));
      return (await context.seekFrame(stream, tick, nodeAv.AVSEEK_FLAG_BACKWARD)) >= 0;
    },
    interrupt: () => connection.interrupt(),
    disconnect,
    close: async () => {
      await disconnect();
      for (const { parameters } of streams) parameters.free();
    },
  };
}

function packetEnd(nodeAv: NodeAv, packet: Packet, stream: InputStream | undefined, origin: number): number {
  const time = stream && packetTime(nodeAv, packet, stream.timeBase);
  return time === undefined ? 0 : time - origin;
}

/** The error for a connection that broke off and does not come back. */
export function connectionLost(
  address: Address,
  seconds: number,
  why: string,
): TatamiError<"connection-lost"> {
  return new TatamiError({
    code: "connection-lost",
    message: `${address.name} broke off after ${formatSeconds(seconds)} (${why}).`,
    fix: "Check the network and the camera or server, then try again; a duration (--duration) ends the reading before.",
    detail: { seconds },
  });
}
