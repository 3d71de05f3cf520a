/**
 * A part: the encoded pictures of one segment. The bytes of all packets, one after the other; then, as JSON, what is known of
 * each packet and of the segment; the length of that text in 8 bytes, least significant first; SHA-256 of all before: the form
 * that parts have in Node, with what a browser's encoder says in place of FFmpeg's.
 */

import type { ColorSpace, KeptSegment } from "@tatami/core";
import { EncodedPacket } from "mediabunny";

/** Times in seconds; of transparency, where there is any, how many of the bytes are its. */
type PacketRow = readonly [
  size: number,
  isKey: 0 | 1,
  timestamp: number,
  duration: number,
  alphaSize?: number,
];

/** What a part says of itself, without its packets. */
export interface PartSummary extends KeptSegment {
  /** What the first frame stated; absent without frames. */
  readonly color?: ColorSpace;
  /** What a muxer is told of the stream; its description in Base64. */
  readonly config?: Omit<VideoDecoderConfig, "description"> & { readonly description?: string };
}

interface PartIndex extends PartSummary {
  readonly packets: readonly PacketRow[];
}

const [lengthBytes, hashBytes] = [8, 32];

/** A part's packets as they come, held until it is whole: seconds of compressed video. */
export interface PartBuilder {
  add(packet: EncodedPacket, meta: EncodedVideoChunkMetadata | undefined): void;
  /** All bytes of the part. */
  build(notes: Omit<PartSummary, "config">): Promise<{
    readonly bytes: readonly Uint8Array<ArrayBuffer>[];
    readonly summary: PartSummary;
  }>;
}

/** Begins one. */
export function createPart(): PartBuilder {
  const rows: PacketRow[] = [];
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let config: PartSummary["config"];
  return {
    add: ({ data, type, timestamp, duration, sideData }, meta) => {
      const { alpha } = sideData;
      chunks.push(new Uint8Array(data), ...(alpha ? [new Uint8Array(alpha)] : []));
      const row = [data.length + (alpha?.length ?? 0), type === "key" ? 1 : 0, timestamp, duration] as const;
      rows.push(alpha ? [...row, alpha.length] : row);
      if (meta?.decoderConfig) config = toText(meta.decoderConfig);
    },
    build: async (notes) => {
      const summary: PartSummary = { ...notes, ...(config && { config }) };
      const index: PartIndex = { ...summary, packets: rows };
      const text = new TextEncoder().encode(JSON.stringify(index));
      const length = new Uint8Array(lengthBytes);
      new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
      const all = [...chunks, text, length];
      const hash = await sha256(await new Blob(all).arrayBuffer());
      return { bytes: [...all, hash], summary };
    },
  };
}

/** Reads a part through. @returns what it says of itself; nothing where it is not as it was written. */
export async function checkPart(part: Blob): Promise<PartSummary | undefined> {
  const end = part.size - hashBytes;
  if (end < lengthBytes) return undefined;
  const hash = await sha256(await part.slice(0, end).arrayBuffer());
  const written = new Uint8Array(await part.slice(end).arrayBuffer());
  if (hash.some((byte, at) => byte !== written[at])) return undefined;
  try {
    const { packets: _, ...summary } = await readIndex(part);
    return summary;
  } catch {
    return undefined;
  }
}

/** The packets of a part that was checked, in the order of decoding, and what a muxer is to be told with each. */
export async function* readPart(
  part: Blob,
): AsyncGenerator<readonly [EncodedPacket, EncodedVideoChunkMetadata | undefined], void, undefined> {
  const { packets, config } = await readIndex(part);
  let at = 0;
  let isFirst = true;
  for (const [size, isKey, timestamp, duration, alphaSize = 0] of packets) {
    const bytes = new Uint8Array(await part.slice(at, at + size).arrayBuffer());
    at += size;
    const data = bytes.subarray(0, size - alphaSize);
    const alpha =
      alphaSize > 0 ? { alpha: bytes.subarray(size - alphaSize), alphaByteLength: alphaSize } : {};
    const packet = new EncodedPacket(
      data,
      isKey === 1 ? "key" : "delta",
      timestamp,
      duration,
      -1,
      data.length,
      alpha,
    );
    yield [packet, isFirst && config ? { decoderConfig: fromText(config) } : undefined];
    isFirst = false;
  }
}

async function readIndex(part: Blob): Promise<PartIndex> {
  const end = part.size - hashBytes - lengthBytes;
  const length = new DataView(await part.slice(end, end + lengthBytes).arrayBuffer());
  const text = await part.slice(end - Number(length.getBigUint64(0, true)), end).text();
  return JSON.parse(text) as PartIndex;
}

function toText({ description, ...config }: VideoDecoderConfig): NonNullable<PartSummary["config"]> {
  if (description === undefined) return config;
  const view = ArrayBuffer.isView(description)
    ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
    : new Uint8Array(description as ArrayBuffer);
  return { ...config, description: btoa(String.fromCharCode(...view)) };
}

function fromText({ description, ...config }: NonNullable<PartSummary["config"]>): VideoDecoderConfig {
  if (description === undefined) return config;
  return { ...config, description: Uint8Array.from(atob(description), (char) => char.charCodeAt(0)) };
}

async function sha256(bytes: BufferSource): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
