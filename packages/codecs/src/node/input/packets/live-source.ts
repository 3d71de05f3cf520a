/** A live input that is opened again when it breaks off, its time going on as the clock on the wall does. */

import { setTimeout as wait } from "node:timers/promises";
import type { Packet } from "node-av";
import type { NodeAv } from "../../node-av.ts";
import type { Address } from "../address.ts";
import type { InputStream } from "../input-streams.ts";
import type { Connection } from "./connection.ts";
import { connect } from "./connection.ts";
import { describeResult } from "../errors.ts";
import type { Break, PacketSource } from "./packet-source.ts";
import { connectionLost, createPacketSource, silence } from "./packet-source.ts";
import { createPacketClock, movePacket, startOf } from "./packet-times.ts";

/** Milliseconds before the first attempt to connect again; each wait is twice the one before. */
const firstWait = 250;

/** Milliseconds between attempts at most. */
const longestWait = 4000;

/** Milliseconds of silence that are waited for at least, however soon an input is given up. */
const shortestSilence = 2000;

/** Seconds that a live playlist holds at most: what lies further back is of a clock that was set anew. */
const longestList = 120;

/** How a live input is kept up. */
export interface LiveOptions {
  /** Seconds after which an input that does not come back is given up. */
  readonly giveUpAfter: number;
}

/** Takes over the first connection. Times begin at 0. */
export function createLiveSource(
  nodeAv: NodeAv,
  address: Address,
  first: Connection,
  { giveUpAfter }: LiveOptions,
): PacketSource {
  const breaks: Break[] = [];
  const stop = new AbortController();
  const connections = createConnections(nodeAv, first, () => connect(nodeAv, address, stop.signal));
  const { leaps } = connections.current;
  const times = createLiveTimes(nodeAv, leaps, first.context.iformat?.name === "hls");
  const quiet = Math.min(silence, Math.max(shortestSilence, 1000 * giveUpAfter));
  let lastRead = performance.now();

  const streamOf = (packet: Packet): InputStream | undefined =>
    connections.current.streams[packet.streamIndex];
  const readBefore = async (packet: Packet): Promise<number> => {
    const source = connections.current;
    let isSilent = false;
    const watch = setTimeout(() => {
      isSilent = true;
      source.interrupt();
    }, quiet);
    try {
      const result = await source.read(packet);
      // An interrupted connection still gives the packet it was in the middle of.
      if (result >= 0 && !isSilent && !times.isRepeated(packet, streamOf(packet)))
        lastRead = performance.now();
      return result;
    } finally {
      clearTimeout(watch);
    }
  };
  /** @returns whether the input goes on; not where it says by now that it has an end. */
  const reconnect = async (why: string): Promise<boolean> => {
    const since = performance.now();
    if (since - lastRead > quiet + 1000 * giveUpAfter)
      throw connectionLost(address, times.end, `${why}, and nothing new came`);
    await connections.current.disconnect();
    const next = await retry(() => connections.another(), since + giveUpAfter * 1000, stop.signal);
    if (!next) throw connectionLost(address, times.end, `${why}, and it did not come back`);
    if (next.hasEnd) return false;
    connections.goOn(next.source);
    const lasted = (performance.now() - lastRead) / 1000;
    breaks.push({ seconds: times.end, lasted });
    times.goOn(lasted);
    return true;
  };
  return {
    get streams() {
      return connections.current.streams;
    },
    breaks,
    leaps,
    read: async (packet) => {
      for (;;) {
        const result = await readBefore(packet);
        if (stop.signal.aborted || result === nodeAv.AVERROR_EAGAIN) return result;
        if (result < 0) {
          if (await reconnect(describeResult(nodeAv, result))) continue;
          return nodeAv.AVERROR_EOF;
        }
        const stream = streamOf(packet);
        if (!times.isRepeated(packet, stream)) {
          if (stream) times.place(packet, stream);
          return result;
        }
        packet.unref();
      }
    },
    keep: (stream) => connections.keep(stream),
    seek: async () => false,
    interrupt: () => {
      stop.abort(new DOMException("The input is closed.", "AbortError"));
      connections.current.interrupt();
    },
    disconnect: () => connections.current.disconnect(),
    close: () => connections.close(),
  };
}

/** The connection that is read, and those before it: their streams' parameters stay, for who still looks at them. */
interface Connections {
  readonly current: PacketSource;
  /** Keeps the stream in this connection and in those that follow. */
  keep(stream: number): void;
  /** Connects again. @returns nothing where other streams than those before are there. */
  another(): Promise<{ readonly source: PacketSource; readonly hasEnd: boolean } | undefined>;
  /** From here on this one is read. */
  goOn(source: PacketSource): void;
  /** Frees all of them. */
  close(): Promise<void>;
}

function createConnections(
  nodeAv: NodeAv,
  first: Connection,
  connectAgain: () => Promise<Connection>,
): Connections {
  const kept = new Set<number>();
  let current = createPacketSource(nodeAv, first);
  const all = [current];
  return {
    get current() {
      return current;
    },
    keep: (stream) => {
      kept.add(stream);
      current.keep(stream);
    },
    another: async () => {
      const connection = await connectAgain();
      const source = createPacketSource(nodeAv, connection);
      all.push(source);
      if (isSame(current, source, kept)) return { source, hasEnd: connection.context.duration > 0n };
      await source.disconnect();
      return undefined;
    },
    goOn: (source) => {
      current = source;
      for (const stream of kept) source.keep(stream);
    },
    close: async () => {
      for (const each of all) await each.close();
    },
  };
}

/** Times of one connection's packets after another's: they begin at 0, and go on as the clock on the wall does. */
interface LiveTimes {
  /** Seconds at which the latest packet so far ends. */
  readonly end: number;
  /** Whether the packet came before a break already. */
  isRepeated(packet: Packet, stream: InputStream | undefined): boolean;
  /** Moves the packet to where it belongs. */
  place(packet: Packet, stream: InputStream): void;
  /** There was a break of so many seconds: what comes next is another connection's. */
  goOn(lasted: number): void;
}

/**
 * @param isPlaylist one that is opened again gives its last segments once more; their times tell, for its clock goes on.
 */
function createLiveTimes(nodeAv: NodeAv, leaps: boolean, isPlaylist: boolean): LiveTimes {
  const clock = createPacketClock(nodeAv, leaps);
  /** Seconds taken off the times of this connection; found by its first packet. */
  let origin: number | undefined;
  /** Seconds at which this connection's first packet lies. */
  let resumeAt = 0;
  let hasBroken = false;
  /** Seconds on the input's own clock of the latest packet of each stream. */
  const latest = new Map<number, number>();
  return {
    get end() {
      return clock.end;
    },
    isRepeated: (packet, stream) => {
      const time = stream && startOf(nodeAv, packet, stream);
      const last = stream && latest.get(stream.index);
      if (!isPlaylist || !hasBroken || time === undefined || last === undefined) return false;
      return time <= last && time > last - longestList;
    },
    place: (packet, stream) => {
      const time = startOf(nodeAv, packet, stream);
      if (isPlaylist && time !== undefined) {
        // a clock that was set anew is another beginning
        if (time < (latest.get(stream.index) ?? time) - longestList) origin = undefined;
        latest.set(stream.index, time);
      }
      origin ??= (time ?? 0) - resumeAt;
      movePacket(nodeAv, packet, stream, -origin);
      clock.place(packet, stream);
    },
    goOn: (lasted) => {
      hasBroken = true;
      resumeAt = clock.end + lasted;
      if (!isPlaylist) origin = undefined;
    },
  };
}

/** Attempts it until it succeeds, at longer and longer intervals. @returns nothing where there is no time left for another. */
async function retry<T>(
  attempt: () => Promise<T | undefined>,
  until: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  for (let pause = firstWait; ; pause = Math.min(2 * pause, longestWait)) {
    if (performance.now() + pause > until) return undefined;
    await wait(pause, undefined, { signal });
    const found = await attempt().catch(() => undefined);
    if (found !== undefined) return found;
  }
}

/** Whether the streams that are read have the same codecs and clocks after a break as before it. */
function isSame(before: PacketSource, after: PacketSource, kept: ReadonlySet<number>): boolean {
  return [...kept].every((index) => {
    const [one, other] = [before.streams[index], after.streams[index]];
    return one?.codec === other?.codec && one?.timeBase.den === other?.timeBase.den;
  });
}
