/** WebGPU beside the window: in a worker, in a worker's worker, and from a video element. */

import type { PlaceOutcome } from "./enlarge-here.ts";
import { enlargeHere } from "./enlarge-here.ts";
import { enlargeInWorker } from "./enlarge-in-worker.ts";
import { enlargeFromVideo } from "./from-video.ts";

/** What a place gave beside what the window gave. */
export interface PlaceComparison extends Pick<PlaceOutcome, "place" | "worst" | "ends"> {
  /** How many numbers, or levels of a frame, are not the window's to the last bit. */
  readonly different: readonly number[];
  /** How many were compared. */
  readonly compared: readonly number[];
  /** Levels that there are in the frames: a frame of one colour proves nothing. */
  readonly levels: readonly number[];
}

let window: Promise<PlaceOutcome> | undefined;

/** Enlarges in as many workers inside one another as asked; in the window for none. */
async function enlargeInside(workers: number) {
  const expected = await (window ??= enlargeHere());
  const seen = workers === 0 ? await enlargeHere() : await enlargeInWorker(workers - 1);
  const pairs = [
    [bytesOf(seen.luma), bytesOf(expected.luma)],
    ...seen.frames.map((frame, index) => [frame, expected.frames[index]!] as const),
  ] as const;
  const { place, worst, ends } = seen;
  return {
    place,
    worst,
    ends,
    different: pairs.map(([a, b]) => a.filter((value, i) => value !== b[i]).length),
    compared: pairs.map(([a]) => a.length),
    levels: seen.frames.map((frame) => new Set(frame).size),
  } satisfies PlaceComparison;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

Object.assign(globalThis, { enlargeInside, enlargeFromVideo });
