/** What is to be upscaled, for whoever reads it: a path, or an object of S3 of which only what is needed is fetched. */

import { TatamiError } from "@tatami/core";
import { isS3, openS3 } from "./client.ts";
import type { S3, S3Object } from "./client.ts";

/** Bytes that are fetched at once. */
const blockBytes = 4 * 2 ** 20;
/** Blocks that are kept. */
const mostBlocks = 8;

/** Reads a stretch of an object. */
type Read = (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;

/** An object as a Blob whose bytes are fetched when they are asked for. */
class S3Blob extends Blob {
  /** Tells the object from another one, and from itself when it was changed. */
  readonly identity: string;
  readonly #read: Read;
  readonly #start: number;
  readonly #end: number;

  constructor(identity: string, read: Read, start: number, end: number) {
    super();
    this.identity = identity;
    this.#read = read;
    this.#start = start;
    this.#end = end;
  }

  override get size(): number {
    return this.#end - this.#start;
  }

  override slice(start = 0, end = this.size): Blob {
    const at = (place: number): number =>
      Math.min(this.size, Math.max(0, place < 0 ? this.size + place : place));
    const [from, to] = [at(start), Math.max(at(start), at(end))];
    return new S3Blob(this.identity, this.#read, this.#start + from, this.#start + to);
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.#read(this.#start, this.#end)).buffer;
  }

  override async text(): Promise<string> {
    return new TextDecoder().decode(await this.arrayBuffer());
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let at = this.#start;
    return new ReadableStream({
      pull: async (controller) => {
        const end = Math.min(at + blockBytes, this.#end);
        if (at < end) controller.enqueue(await this.#read(at, end));
        else controller.close();
        at = end;
      },
    });
  }
}

/**
 * Opens what is to be upscaled.
 *
 * @throws TatamiError `input-not-found` for an object that there is not; else as {@link openS3}. Paths are not looked at.
 */
export async function openSource(input: string, signal?: AbortSignal): Promise<string | Blob> {
  if (!isS3(input)) return input;
  const s3 = await openS3(signal);
  const found = await s3.look(input);
  if (!found) throw noObject(input);
  return new S3Blob(
    `${input}, ${found.size} bytes, ${found.etag}`,
    createBlocks(s3, input, found),
    0,
    found.size,
  );
}

/** A whole object: a model, which is small. @throws TatamiError as {@link openSource} */
export async function readObject(url: string, signal?: AbortSignal): Promise<Uint8Array> {
  return new Uint8Array(await ((await openSource(url, signal)) as Blob).arrayBuffer());
}

/** The error of an object that there is not. */
export function noObject(url: string): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `There is no object ${url}.`,
    fix: "Check its bucket and its key, which are written as they are, without percent signs for spaces.",
    detail: { name: url },
  });
}

/** Fetches blocks, the next one ahead where they are asked for one after the other. */
function createBlocks(s3: S3, url: string, { size, etag }: S3Object): Read {
  const blocks = new Map<number, Promise<Uint8Array>>();
  const fetchBlock = (number: number): Promise<Uint8Array> => {
    const known = blocks.get(number);
    blocks.delete(number);
    const start = number * blockBytes;
    const block = known ?? s3.read(url, start, Math.min(size, start + blockBytes), etag);
    // the latest is the last to go
    blocks.set(number, block);
    block.catch(() => blocks.delete(number));
    if (blocks.size > mostBlocks) blocks.delete(blocks.keys().next().value!);
    return block;
  };
  return async (start, end) => {
    const bytes = new Uint8Array(end - start);
    for (let at = start; at < end;) {
      const number = Math.floor(at / blockBytes);
      const isNext = blocks.has(number - 1);
      const block = await fetchBlock(number);
      const offset = at - number * blockBytes;
      const part = block.subarray(offset, offset + end - at);
      bytes.set(part, at - start);
      at += part.length;
      if (isNext && (number + 1) * blockBytes < size) void fetchBlock(number + 1).catch(() => undefined);
    }
    return bytes;
  };
}
