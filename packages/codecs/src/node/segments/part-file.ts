/**
 * A part: the encoded pictures of one segment, exactly as the encoder gave them.
 *
 * The bytes of all packets, one after the other; then, as JSON, what is known of each packet and of the segment; the
 * length of that text in 8 bytes, least significant first; SHA-256 of all before. A container would round times to its
 * own clock and forget how long pictures last, and tells less surely whether it is whole.
 */

import { createHash, randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { KeptSegment, LeftOut } from "@tatami/core";
import type { Packet } from "node-av";
import type { NodeAv } from "../node-av.ts";
import { allocatePacket } from "../node-av.ts";

/** Size in bytes; times in ticks; FFmpeg's flags; side data as its kind and Base64. */
type PacketRow = readonly [
  size: number,
  pts: number,
  dts: number,
  duration: number,
  flags: number,
  side: readonly (readonly [kind: number, data: string])[],
];

/** What a part says of itself, without its packets: thousands of parts are known at once. */
export interface PartSummary extends KeptSegment {
  /** What the encoder wrote ahead of its stream, in Base64: parts that are joined must agree in it. */
  readonly header: string;
  /** What only the frames told is missing. */
  readonly leftOut: readonly LeftOut[];
}

/** A part that is kept. */
export interface Part {
  readonly path: string;
  readonly summary: PartSummary;
}

/** All that a part says of itself. */
export interface PartIndex extends PartSummary {
  readonly packets: readonly PacketRow[];
}

/** A part being written. */
export interface PartWriter {
  /** Takes a packet over. */
  write(packet: Packet): Promise<void>;
  /** Gives it its name, on the disk itself and not only on its way there. */
  finish(summary: PartSummary): Promise<void>;
  discard(): Promise<void>;
}

/** Ending of names of parts that are not finished. */
export const unfinished = ".unfinished";

const [lengthBytes, hashBytes, chunkBytes] = [8, 32, 2 ** 20];

/** A name for what is to become `path`, which nobody else has: whoever is at work on the same part too is not disturbed. */
export function unfinishedName(path: string): string {
  return `${path}.${randomBytes(4).toString("hex")}${unfinished}`;
}

/** Begins a part at `path`. System errors are thrown as they are. */
export async function createPart(nodeAv: NodeAv, path: string): Promise<PartWriter> {
  const partial = unfinishedName(path);
  const file = await open(partial, "wx");
  const hash = createHash("sha256");
  const packets: PacketRow[] = [];
  let closed = false;
  const close = async (): Promise<void> => {
    if (!closed) await file.close();
    closed = true;
  };
  const write = async (bytes: Uint8Array): Promise<void> => {
    hash.update(bytes);
    await file.writeFile(bytes);
  };
  return {
    write: async (packet) => {
      try {
        const data = packet.data ?? Buffer.alloc(0);
        const { pts, dts, duration, flags } = packet;
        const side = sideKinds(nodeAv).flatMap((kind) => {
          const found = packet.getSideData(kind);
          return found ? [[kind, found.toString("base64")] as const] : [];
        });
        packets.push([data.length, Number(pts), Number(dts), Number(duration), flags, side]);
        await write(data);
      } finally {
        packet.free();
      }
    },
    finish: async (summary) => {
      const index: PartIndex = { ...summary, packets };
      const text = Buffer.from(JSON.stringify(index));
      const length = Buffer.alloc(lengthBytes);
      length.writeBigUInt64LE(BigInt(text.length));
      await write(text);
      await write(length);
      await file.writeFile(hash.digest());
      await file.sync();
      await close();
      await rename(partial, path);
      await syncFolder(dirname(path));
    },
    discard: async () => {
      await close();
      await rm(partial, { force: true });
    },
  };
}

/** Kinds of side data that encoders here put beside pictures and muxers read: transparency (WebM), a header anew, palettes. */
function sideKinds(nodeAv: NodeAv): readonly Parameters<Packet["getSideData"]>[0][] {
  return [nodeAv.AV_PKT_DATA_MATROSKA_BLOCKADDITIONAL, nodeAv.AV_PKT_DATA_NEW_EXTRADATA];
}

/** Makes names in a folder outlive a loss of power, where the system lets a folder be opened. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** Reads a part through. @returns what it says of itself; nothing where it is missing or not as it was written. */
export async function checkPart(path: string): Promise<PartSummary | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    if (size < lengthBytes + hashBytes) return undefined;
    const hash = createHash("sha256");
    const chunk = Buffer.alloc(chunkBytes);
    const end = size - hashBytes;
    for (let at = 0; at < end;) {
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, end - at), at);
      if (bytesRead === 0) return undefined;
      hash.update(chunk.subarray(0, bytesRead));
      at += bytesRead;
    }
    const written = Buffer.alloc(hashBytes);
    await file.read(written, 0, hashBytes, end);
    if (!hash.digest().equals(written)) return undefined;
    const { packets: _, ...summary } = await readIndexOf(file);
    return summary;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** What a part that was checked says of itself. */
export async function readIndex(path: string): Promise<PartIndex> {
  const file = await open(path);
  try {
    return await readIndexOf(file);
  } finally {
    await file.close();
  }
}

async function readIndexOf(file: FileHandle): Promise<PartIndex> {
  const end = (await file.stat()).size - hashBytes - lengthBytes;
  const length = Buffer.alloc(lengthBytes);
  await file.read(length, 0, lengthBytes, end);
  const text = Buffer.alloc(Number(length.readBigUInt64LE()));
  await file.read(text, 0, text.length, end - text.length);
  return JSON.parse(text.toString()) as PartIndex;
}

/** The packets of a part that was checked, in the order of decoding, each the caller's to free. */
export async function* readPart(
  nodeAv: NodeAv,
  path: string,
  { packets }: PartIndex,
): AsyncGenerator<Packet, void, undefined> {
  const file = await open(path);
  try {
    for (const [size, pts, dts, duration, flags, side] of packets) {
      const data = Buffer.alloc(size);
      const { bytesRead } = await file.read(data, 0, size, null);
      if (bytesRead < size) throw new Error(`The part ${path} was made shorter while it was read`);
      const packet = allocatePacket(nodeAv);
      packet.data = data;
      packet.pts = BigInt(pts);
      packet.dts = BigInt(dts);
      packet.duration = BigInt(duration);
      packet.flags = flags as Packet["flags"];
      for (const [kind, bytes] of side)
        packet.addSideData(kind as Parameters<Packet["addSideData"]>[0], Buffer.from(bytes, "base64"));
      yield packet;
    }
  } finally {
    await file.close();
  }
}
