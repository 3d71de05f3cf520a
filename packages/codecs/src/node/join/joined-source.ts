/** Packets of several files, one after the other, as if they were of one. */

import type { Packet } from "node-av";
import type { InputStream } from "../input/input-streams.ts";
import { copyInputStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";
import { secondsOf } from "../node-av.ts";
import { movePacket } from "../input/packets/packet-times.ts";
import type { PacketSource } from "../input/packets/packet-source.ts";

/** One of the files. */
export interface JoinedFile {
  /** Seconds at which it begins. */
  readonly at: number;
  /** The number of each of its streams in the whole, by its own; others are passed over. */
  readonly streams: ReadonlyMap<number, number>;
  /** Its streams whose kind of sound is another than that of the whole's. */
  readonly others: ReadonlySet<number>;
  /** Opens it; its times begin at 0. */
  connect(signal?: AbortSignal): Promise<PacketSource>;
}

const kinds = new WeakMap<Packet, InputStream>();

/** The stream that a packet of joined files is decoded as; nothing where that is the one of the whole. */
export function kindOf(packet: Packet): InputStream | undefined {
  return kinds.get(packet);
}

/** Opens the first file when it is first read from. @param streams of the whole, which are copied. */
export function createJoinedSource(
  nodeAv: NodeAv,
  files: readonly JoinedFile[],
  streams: readonly InputStream[],
): PacketSource {
  const own = streams.map((stream) => copyInputStream(nodeAv, stream));
  const kept = new Set<number>();
  const stop = new AbortController();
  const opened: PacketSource[] = [];
  let current: PacketSource | undefined;
  let place = 0;
  let failure: number | undefined;

  const begin = async (file: JoinedFile): Promise<PacketSource> => {
    const source = await file.connect(stop.signal);
    opened.push(source);
    for (const [index, whole] of file.streams) if (kept.has(whole)) source.keep(index);
    return source;
  };
  /** @returns whether the packet belongs to the whole. */
  const accept = (packet: Packet, file: JoinedFile, source: PacketSource): boolean => {
    const whole = file.streams.get(packet.streamIndex);
    const from = source.streams.find(({ index }) => index === packet.streamIndex);
    const to = own.find(({ index }) => index === whole);
    if (!from || !to || !kept.has(to.index)) return false;
    // what a decoder runs in on before its file begins would be heard in the file before
    const isTimed = from.kind === "audio" && packet.pts !== nodeAv.AV_NOPTS_VALUE;
    if (file.at > 0 && isTimed && secondsOf(packet.pts + packet.duration, from.timeBase) <= 0) return false;
    if (file.others.has(from.index)) kinds.set(packet, from);
    packet.rescaleTs(from.timeBase, to.timeBase);
    movePacket(nodeAv, packet, to, file.at);
    packet.streamIndex = to.index;
    return true;
  };
  return {
    streams: own,
    breaks: [],
    leaps: false,
    read: async (packet) => {
      for (;;) {
        const file = files[place];
        if (!file || stop.signal.aborted) return failure ?? nodeAv.AVERROR_EOF;
        current ??= await begin(file);
        const result = await current.read(packet);
        if (result === nodeAv.AVERROR_EAGAIN) return result;
        if (result >= 0) {
          if (accept(packet, file, current)) return result;
          packet.unref();
          continue;
        }
        // a file that breaks off does not end the others
        if (result !== nodeAv.AVERROR_EOF) failure ??= result;
        await current.disconnect();
        current = undefined;
        place++;
      }
    },
    keep: (stream) => {
      kept.add(stream);
      for (const [index, whole] of files[place]?.streams ?? []) if (whole === stream) current?.keep(index);
    },
    seek: async (_stream, seconds) => {
      const last = files.findLastIndex(({ at }) => at <= seconds);
      await current?.disconnect();
      place = Math.max(0, last);
      current = undefined;
      return true;
    },
    interrupt: () => {
      stop.abort(new DOMException("The input is closed.", "AbortError"));
      current?.interrupt();
    },
    disconnect: async () => current?.disconnect(),
    close: async () => {
      for (const each of opened) await each.close();
      for (const { parameters } of own) parameters.free();
    },
  };
}
