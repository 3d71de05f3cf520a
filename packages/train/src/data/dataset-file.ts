/** A data set as a file: written picture by picture, and read once, so that its samples are in memory once. */

import type { FileHandle } from "node:fs/promises";
import { mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { asOutputFailed, writeWhole } from "../run/write-whole.ts";
import type { Dataset, DatasetEntry, StoredPicture } from "./dataset.ts";
import { createPlaces } from "./dataset.ts";

/** What the file begins with, as JSON, after its length in 4 bytes. The samples follow: low, then high. */
interface Header {
  /** Says of which pictures, scale and crop this was made. */
  readonly key: string;
  readonly entries: readonly DatasetEntry[];
  readonly lowBytes: number;
  readonly highBytes: number;
}

/** Bytes that are moved at a time. */
const chunkBytes = 4 << 20;

/** The data set in a file, if it was made of the same pictures in the same way. */
export async function readDatasetFile(
  path: string,
  key: string,
  scale: number,
): Promise<Dataset | undefined> {
  return withHeader(path, key, async (file, { entries, lowBytes, highBytes }) => {
    const low = await readShared(file, lowBytes);
    const high = low && (await readShared(file, highBytes));
    return high && { scale, entries, low, high };
  });
}

/** The same without the high-resolution samples. */
export function readLowSamples(
  path: string,
  key: string,
): Promise<Pick<Dataset, "entries" | "low"> | undefined> {
  return withHeader(path, key, async (file, { entries, lowBytes }) => {
    const low = await readShared(file, lowBytes);
    return low && { entries, low };
  });
}

/** Writes pictures as they come: no more than one of them is in memory. @throws TatamiError `output-failed`. */
export async function writeDatasetFile(
  path: string,
  key: string,
  pictures: AsyncIterable<StoredPicture>,
): Promise<void> {
  await asOutputFailed(path, () => mkdir(dirname(path), { recursive: true }));
  // where the high samples begin is known when the last low ones are there
  await using low = await openSpool(`${path}.low.part`);
  await using high = await openSpool(`${path}.high.part`);
  const places = createPlaces();
  for await (const picture of pictures) {
    for (const { data } of picture.lows) await low.append(bytesOf(data));
    await high.append(picture.high);
    places.add(picture);
  }
  const counts = places.counts();
  const header = { key, entries: places.entries, lowBytes: counts.low * 2, highBytes: counts.high };
  await writeWhole(path, joined());

  async function* joined(): AsyncGenerator<Uint8Array> {
    yield* headerParts(header);
    yield* low.chunks();
    yield* high.chunks();
  }
}

/** What a file of this data set holds. */
export function datasetParts(key: string, { entries, low, high }: Dataset): readonly Uint8Array[] {
  const header = { key, entries, lowBytes: low.byteLength, highBytes: high.byteLength };
  return [...headerParts(header), new Uint8Array(low), new Uint8Array(high)];
}

function headerParts(header: Header): readonly Uint8Array[] {
  const text = new TextEncoder().encode(JSON.stringify(header));
  return [new Uint8Array(new Uint32Array([text.length]).buffer), text];
}

/** Reads what follows the header, when it is the one looked for. */
async function withHeader<T>(
  path: string,
  key: string,
  read: (file: FileHandle, header: Header) => Promise<T | undefined>,
): Promise<T | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const length = new Uint8Array(4);
    if (!(await fill(file, length))) return undefined;
    const text = new Uint8Array(new DataView(length.buffer).getUint32(0, true));
    if (!(await fill(file, text))) return undefined;
    const header = JSON.parse(new TextDecoder().decode(text)) as Header;
    return header.key === key ? await read(file, header) : undefined;
  } finally {
    await file.close();
  }
}

/** Nothing when the file ends before. */
async function readShared(file: FileHandle, bytes: number): Promise<SharedArrayBuffer | undefined> {
  const shared = new SharedArrayBuffer(bytes);
  return (await fill(file, new Uint8Array(shared))) ? shared : undefined;
}

async function fill(file: FileHandle, target: Uint8Array): Promise<boolean> {
  for (let at = 0; at < target.length;) {
    const { bytesRead } = await file.read(target, at, Math.min(chunkBytes, target.length - at));
    if (bytesRead === 0) return false;
    at += bytesRead;
  }
  return true;
}

/** A file that grows, is read again, and goes. */
interface Spool extends AsyncDisposable {
  append(bytes: Uint8Array): Promise<void>;
  /** All of it; a chunk is written over by the next. */
  chunks(): AsyncGenerator<Uint8Array>;
}

async function openSpool(path: string): Promise<Spool> {
  const file = await asOutputFailed(path, () => open(path, "w+"));
  return {
    append: (bytes) => asOutputFailed(path, () => file.writeFile(bytes)),
    async *chunks() {
      const chunk = new Uint8Array(chunkBytes);
      for (let at = 0; ;) {
        const { bytesRead } = await file.read(chunk, 0, chunkBytes, at);
        if (bytesRead === 0) return;
        yield chunk.subarray(0, bytesRead);
        at += bytesRead;
      }
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
