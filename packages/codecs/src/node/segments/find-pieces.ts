/** Where the bytes of a part lie in the file that its packets were joined into. */

import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { PartIndex } from "./part-file.ts";

/** Bytes of a part: in Base64 themselves, or where they are in the joined file. */
export type Piece = string | readonly [at: number, length: number];

/** A file that grows while it is looked into, and how far it was found to hold what was looked for. */
export interface Place {
  readonly file: FileHandle;
  /** Pieces are looked for from here on. */
  from: number;
}

/** Shorter ones are noted themselves: parameter sets, for instance, which a container may keep elsewhere. */
const shortest = 64;
/** Bytes of other streams and of the container that may lie between two pieces. */
const reach = 2 ** 25;
/** Bytes that are looked through at first. */
const firstLook = 2 ** 12;

/** Opens it. */
export async function openPlace(path: string): Promise<Place> {
  return { file: await open(path), from: 0 };
}

/**
 * Finds all of a part, in order, and moves `place` behind it. Containers change what is around the units of a picture, such as
 * start codes, but not the units.
 *
 * @returns nothing where some of it is not there, or not there yet.
 */
export async function findPieces(
  path: string,
  packets: PartIndex["packets"],
  place: Place,
  codec: string,
): Promise<readonly Piece[] | undefined> {
  const part = await open(path);
  const { from } = place;
  try {
    const { size: end } = await part.stat();
    const pieces: Piece[] = [];
    let noted: Buffer[] = [];
    const flush = (): void => {
      if (noted.length > 0) pieces.push(Buffer.concat(noted).toString("base64"));
      noted = [];
    };
    let at = 0;
    for (const [size] of packets) {
      const packet = await readFrom(part, at, size);
      at += size;
      let done = 0;
      for (const [start, stop] of unitsOf(packet, codec)) {
        if (stop - start < shortest) continue;
        const found = await find(place, packet.subarray(start, stop));
        if (found === undefined) return void (place.from = from);
        if (start > done) noted.push(packet.subarray(done, start));
        flush();
        pieces.push([found, stop - start]);
        done = stop;
      }
      if (done < size) noted.push(packet.subarray(done));
    }
    noted.push(await readFrom(part, at, end - at));
    flush();
    return pieces;
  } finally {
    await part.close();
  }
}

async function readFrom(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

/** Where a packet's units lie in it: what containers keep as it is. */
function unitsOf(packet: Buffer, codec: string): readonly (readonly [number, number])[] {
  // a temporal delimiter is left out in files. Source: AV1 Codec ISO Media File Format Binding, section 2.4
  if (codec === "av1")
    return [[packet.length > 2 && packet[0] === 0x12 && packet[1] === 0 ? 2 : 0, packet.length]];
  if (codec !== "avc" && codec !== "hevc") return [[0, packet.length]];
  const units: [number, number][] = [];
  let start = 0;
  for (;;) {
    const next = packet.indexOf("000001", start, "hex");
    let stop = next < 0 ? packet.length : next;
    // zeros before a start code belong to nobody. Source: ITU-T H.264, annex B
    while (stop > start && packet[stop - 1] === 0) stop--;
    if (stop > start) units.push([start, stop]);
    if (next < 0) return units;
    start = next + 3;
  }
}

async function find(place: Place, unit: Buffer): Promise<number | undefined> {
  const { size } = await place.file.stat();
  const last = Math.min(size, place.from + reach + unit.length);
  let from = place.from;
  for (let look = firstLook; from + unit.length <= last; look *= 4) {
    const bytes = await readFrom(place.file, from, Math.min(last - from, unit.length + look));
    const found = bytes.indexOf(unit);
    if (found >= 0) {
      place.from = from + found + unit.length;
      return from + found;
    }
    from += bytes.length - unit.length + 1;
  }
  return undefined;
}
