/** Sound decoded, and what cannot be decoded passed over. */

import type { Frame, Packet } from "node-av";
import { TatamiError } from "@tatami/core";
import type { Packages } from "../packages.ts";
import type { Demuxer } from "./demuxer.ts";
import type { InputStream } from "./input-streams.ts";
import { openStreamDecoder } from "./stream-decoder.ts";

type NodeAv = Packages["nodeAv"];

/** Packets tried until one can be decoded. */
const maxPackets = 64;

/** Every frame of sound, the caller's to free. Gaps are left where packets cannot be decoded. */
export async function* decodeSound(
  nodeAv: NodeAv,
  demuxer: Demuxer,
  stream: InputStream,
  signal: AbortSignal | undefined,
  keepPacket?: (packet: Packet) => void,
): AsyncGenerator<Frame, void, undefined> {
  using decoder = await openStreamDecoder(nodeAv, stream);
  for (;;) {
    const packet = await demuxer.next(stream.index, signal);
    try {
      await decoder.send(packet ?? null);
    } finally {
      if (packet && keepPacket) keepPacket(packet);
      else packet?.free();
    }
    for (;;) {
      const received = await decoder.receive();
      if (!received) break;
      if ("frame" in received) yield received.frame;
    }
    if (!packet) return;
  }
}

/** Whether any of the first packets can be decoded. They come again. */
export async function canDecodeSound(
  nodeAv: NodeAv,
  demuxer: Demuxer,
  stream: InputStream,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const packets: Packet[] = [];
  const tooMany = new Error("No packet can be decoded");
  try {
    const frames = decodeSound(nodeAv, demuxer, stream, signal, (packet) => {
      packets.push(packet);
      if (packets.length > maxPackets) throw tooMany;
    });
    for await (const frame of frames) {
      frame.free();
      return true;
    }
    return false;
  } catch (error) {
    if (error === tooMany || TatamiError.is(error, "unsupported-codec")) return false;
    throw error;
  } finally {
    demuxer.putBack(stream.index, packets);
  }
}
