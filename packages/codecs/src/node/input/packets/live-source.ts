/** A live input that is opened again when it breaks off, its time going on as the clock on the wall does. */

import { setTimeout as wait } from "node:timers/promises";
import type { Packet } from "node-av";
import type { NodeAv } from "../../node-av.ts";
import type { Address } from "../address.ts";
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
  const kept = new Set<number>();
  const stop = new AbortController();
  let source = createPacketSource(nodeAv, first);
  const clock = createPacketClock(nodeAv, source.leaps);
  const sources = [source];
  /** Seconds taken off the times of this connection; found by its first packet. */
  let origin: number | undefined;
  /** Seconds at which this connection's first packet lies. */
  let resumeAt = 0;
  let lastRead = performance.now();
  /** A playlist that is opened again gives its last segments once more; their times tell, for its clock goes on. */
  const isPlaylist = first.context.iformat?.name === "hls";
  /** Seconds on the input's own clock of the latest packet of each stream. */
  const latest = new Map<number, number>();
  const quiet = Math.min(silence, Math.max(shortestSilence, 1000 * giveUpAfter));

  const isRepeated = (packet: Packet): boolean => {
    const stream = source.streams[packet.streamIndex];
    const time = stream && startOf(nodeAv, packet, stream);
    const last = stream && latest.get(stream.index);
    if (!isPlaylist || breaks.length === 0 || time === undefined || last === undefined) return false;
    return time <= last && time > last - longestList;
  };
  const readBefore = async (packet: Packet): Promise<number> => {
    let isSilent = false;
    const watch = setTimeout(() => {
      isSilent = true;
      source.interrupt();
    }, quiet);
    try {
      const result = await source.read(packet);
      // An interrupted connection still gives the packet it was in the middle of.
      if (result >= 0 && !isSilent && !isRepeated(packet)) lastRead = performance.now();
      return result;
    } finally {
      clearTimeout(watch);
    }
  };
  /** @returns whether the input goes on; not where it says by now that it has an end. */
  const reconnect = async (why: string): Promise<boolean> => {
    const since = performance.now();
    if (since - lastRead > quiet + 1000 * giveUpAfter)
      throw connectionLost(address, clock.end, `${why}, and nothing new came`);
    await source.disconnect();
    const next = await retry(
      async () => {
        const connection = await connect(nodeAv, address, stop.signal);
        const candidate = createPacketSource(nodeAv, connection);
        sources.push(candidate);
        if (isSame(source, candidate, kept)) return { candidate, hasEnd: connection.context.duration > 0n };
        await candidate.disconnect();
        return undefined;
      },
      since + giveUpAfter * 1000,
    );
    if (!next) throw connectionLost(address, clock.end, `${why}, and it did not come back`);
    if (next.hasEnd) return false;
    source = next.candidate;
    for (const stream of kept) source.keep(stream);
    const lasted = (performance.now() - lastRead) / 1000;
    breaks.push({ seconds: clock.end, lasted });
    resumeAt = clock.end + lasted;
    if (!isPlaylist) origin = undefined;
    return true;
  };
  const retry = async <T>(attempt: () => Promise<T | undefined>, until: number): Promise<T | undefined> => {
    for (let pause = firstWait; ; pause = Math.min(2 * pause, longestWait)) {
      if (performance.now() + pause > until) return undefined;
      await wait(pause, undefined, { signal: stop.signal });
      const found = await attempt().catch(() => undefined);
      if (found !== undefined) return found;
    }
  };
  return {
    get streams() {
      return source.streams;
    },
    breaks,
    leaps: source.leaps,
    read: async (packet) => {
      for (;;) {
        const result = await readBefore(packet);
        if (stop.signal.aborted || result === nodeAv.AVERROR_EAGAIN) return result;
        if (result < 0) {
          if (await reconnect(describeResult(nodeAv, result))) continue;
          return nodeAv.AVERROR_EOF;
        }
        const stream = source.streams[packet.streamIndex];
        if (!stream) return result;
        if (isRepeated(packet)) {
          packet.unref();
          continue;
        }
        const time = startOf(nodeAv, packet, stream);
        if (isPlaylist && time !== undefined) {
          // a clock that was set anew is another beginning
          if (time < (latest.get(stream.index) ?? time) - longestList) origin = undefined;
          latest.set(stream.index, time);
        }
        origin ??= (startOf(nodeAv, packet, stream) ?? 0) - resumeAt;
        movePacket(nodeAv, packet, stream, -origin);
        clock.place(packet, stream);
        return result;
      }
    },
    keep: (stream) => {
      kept.add(stream);
      source.keep(stream);
    },
    seek: async () => false,
    interrupt: () => {
      stop.abort(new DOMException("The input is closed.", "AbortError"));
      source.interrupt();
    },
    disconnect: () => source.disconnect(),
    close: async () => {
      for (const each of sources) await each.close();
    },
  };
}

/** Whether the streams that are read have the same codecs and clocks after a break as before it. */
function isSame(before: PacketSource, after: PacketSource, kept: ReadonlySet<number>): boolean {
  return [...kept].every((index) => {
    const [one, other] = [before.streams[index], after.streams[index]];
    return one?.codec === other?.codec && one?.timeBase.den === other?.timeBase.den;
  });
}
