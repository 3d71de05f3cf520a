/** A few moving pictures through the browser's own encoder and decoder. */

import { compressPictures, findWebCompression } from "@tatami/codecs";
import type { EvenPicture } from "@tatami/codecs";

/** What compression did. */
export interface CompressionOutcome {
  readonly codec: string;
  readonly exact: boolean;
  /** For each picture that came back the one it is most like. */
  readonly places: readonly number[];
  /** Mean difference from the original, in levels. */
  readonly differences: readonly number[];
}

const [width, height, count] = [128, 96, 5];

const pictures: readonly EvenPicture[] = Array.from({ length: count }, (_, time) => {
  const data = new Uint8Array(width * height * 1.5).fill(120);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [(i % width) - 3 * time, Math.floor(i / width)];
    data[i] = 126 + 50 * Math.sin(x / 2) * Math.cos(y / 3) + 40 * Math.sin((x + 2 * y) / 17);
  }
  return { width, height, data };
});

const difference = (a: EvenPicture, b: EvenPicture): number => {
  let sum = 0;
  for (let i = 0; i < width * height; i++) sum += Math.abs(a.data[i]! - b.data[i]!);
  return sum / (width * height);
};

/** Compresses the pictures at one quantizer. */
async function compress(quantizer: number): Promise<CompressionOutcome> {
  const compression = await findWebCompression(["avc"], { width, height });
  if (!compression) throw new Error("This Chromium cannot encode H.264.");
  const decoded = await compressPictures(pictures, compression, { quantizer });
  const places = decoded.map((picture) => {
    const seen = pictures.map((other) => difference(picture, other));
    return seen.indexOf(Math.min(...seen));
  });
  const differences = decoded.map((picture, index) => difference(picture, pictures[index]!));
  return { codec: compression.codec, exact: compression.exact, places, differences };
}

/** The codes of what goes wrong: an impossible quantizer, pictures that are none, an abort. */
async function refuse(): Promise<readonly string[]> {
  const compression = (await findWebCompression(["avc"], { width, height }))!;
  const codeOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => "none",
      (error: unknown) => String((error as { code?: unknown }).code ?? error),
    );
  const short = [{ width, height, data: new Uint8Array(10) }];
  return Promise.all([
    codeOf(compressPictures(pictures, compression, { quantizer: 60 })),
    codeOf(compressPictures(short, compression, { quantizer: 30 })),
    codeOf(compressPictures(pictures, compression, { quantizer: 30, signal: AbortSignal.abort("enough") })),
  ]);
}

Object.assign(globalThis, { compress, refuse });
