/** A track's packets, as a test compares them. */

import type { EncodedPacket } from "mediabunny";
import { ALL_FORMATS, BlobSource, EncodedPacketSink, Input } from "mediabunny";

/** One packet. */
export interface ReadPacket {
  readonly timestamp: number;
  readonly duration: number;
  readonly data: string;
}

/** The packets of the n-th track of a kind, in decoding order. */
export async function readPackets(blob: Blob, kind: "video" | "audio", index = 0): Promise<ReadPacket[]> {
  using input = new Input({ source: new BlobSource(blob), formats: ALL_FORMATS });
  const tracks = kind === "video" ? await input.getVideoTracks() : await input.getAudioTracks();
  const track = tracks[index];
  const packets: ReadPacket[] = [];
  if (!track) return packets;
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(simplify(packet));
  return packets;
}

function simplify({ timestamp, duration, data }: EncodedPacket): ReadPacket {
  return { timestamp, duration, data: Buffer.from(data).toString("base64") };
}
