/**
 * What fusing gives or costs on recordings. Each is its own truth, as it was decoded: halved, coded as a camera would, decoded, fused or
 * not, and enlarged again. Frames before its key frames are scored: where they stand still against the key frame, whose noise and whose
 * codec's errors are new, for those of the same frame would count against whatever takes them away; where something moves against the
 * same frame.
 */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import type { Plane } from "@tatami/core";
import { createPlane } from "@tatami/core";
import type { Upscaler } from "@tatami/upscale";
import { shipped } from "./arms.ts";
import { codings, throughCodec } from "./code.ts";
import { rate } from "./scenes.ts";
import { enlarged } from "./score.ts";

/** Frames of a recording that are looked at, and from which on they are scored. */
const [most, first] = [60 * rate, 4 * rate];
/** Shorter ones have too few key frames to say anything. */
const fewest = 12 * rate;

/** Prints a line for each recording of a folder that is long enough, and says which are not. */
export async function judgeRecordings(folder: string, upscaler: Upscaler): Promise<void> {
  console.log(
    "\nrecording\tsize\tframes\tkey frames\tstill %\tstill, single dB\tstatic\tauto\tmoving, single dB\tstatic\tauto\tverdict\twhat is said of the recording as it is",
  );
  for (const name of (await readdir(folder)).sort()) {
    const frames = await lumasOf(join(folder, name));
    if (!frames) continue;
    if (frames.lumas.length < fewest) {
      console.log(`${name}\t\t${frames.lumas.length}\ttoo short`);
      continue;
    }
    const { lumas, keys } = frames;
    const coded = await throughCodec(codings["h264 crf 28"]!, lumas.map(halved));
    const arms = [shipped("static", "static", rate), shipped("auto", "auto", rate)];
    const still = new Score();
    const moving = new Score();
    for (const [index, { luma, isKey }] of coded.entries()) {
      const shown = [luma];
      for (const arm of arms) shown.push(await arm.next(luma, index, isKey, undefined));
      const next = index + 1;
      if (index < first || !keys.includes(next)) continue;
      const mask = whatStands(lumas[index]!, lumas[next]!);
      for (const [at, plane] of shown.entries()) {
        const large = await enlarged(upscaler, plane);
        still.add(at, large, lumas[next]!, mask, 1);
        moving.add(at, large, lumas[index]!, mask, 0);
      }
    }
    const { width, height } = lumas[0]!;
    console.log(
      [
        name,
        `${width}×${height}`,
        coded.length,
        keys.length,
        ((100 * still.pixels) / (still.pixels + moving.pixels)).toFixed(0),
        ...still.told(),
        ...moving.told(),
        arms[0]!.summary!().verdict,
        frames.sentence,
      ].join("\t"),
    );
  }
}

/** Squared errors of the single frame and of the arms. */
class Score {
  readonly #errors = [0, 0, 0];
  pixels = 0;

  add(arm: number, shown: Plane, truth: Plane, mask: Uint8Array, wanted: 0 | 1): void {
    for (let y = 0; y < truth.height; y++)
      for (let x = 0; x < truth.width; x++) {
        if (mask[y * truth.width + x] !== wanted) continue;
        this.#errors[arm]! += (shown.data[y * shown.stride + x]! - truth.data[y * truth.stride + x]!) ** 2;
        if (arm === 0) this.pixels++;
      }
  }

  /** Decibels of the single frame, and by how much more the arms have. */
  told(): string[] {
    const [single, ...others] = this.#errors.map(
      (error) => 10 * Math.log10((255 ** 2 * this.pixels) / error),
    );
    return [single!.toFixed(2), ...others.map((value) => (value - single!).toFixed(3))];
  }
}

/** Where a picture is as another one is: their means over 9×9 pixels differ by less than two levels. */
function whatStands(a: Plane, b: Plane): Uint8Array {
  const { width, height } = a;
  const difference = Float32Array.from(
    { length: width * height },
    (_, i) =>
      b.data[Math.floor(i / width) * b.stride + (i % width)]! -
      a.data[Math.floor(i / width) * a.stride + (i % width)]!,
  );
  const mean = boxed(boxed(difference, width, 1, width), width, width, height);
  return Uint8Array.from(mean, (value) => (Math.abs(value) < 2 ? 1 : 0));
}

/** Means of nine along rows (a stride of 1) or columns (of `width`); the border goes on. */
function boxed(values: Float32Array, width: number, stride: number, length: number): Float32Array {
  return values.map((_, i) => {
    const at = stride === 1 ? i % width : Math.floor(i / width);
    let sum = 0;
    for (let d = -4; d <= 4; d++)
      sum += values[i + (Math.min(Math.max(at + d, 0), length - 1) - at) * stride]!;
    return sum / 9;
  });
}

/** A recording, decoded. */
interface Recording {
  readonly lumas: readonly Plane[];
  /** Which of them are key frames. */
  readonly keys: readonly number[];
  /** What is said of it when it is fused as it is. */
  readonly sentence: string;
}

/** Luma of a recording's frames, cut to sides in fours. */
async function lumasOf(path: string): Promise<Recording | undefined> {
  const reader = await nodeDriver()
    .open(path, {})
    .catch(() => undefined);
  if (!reader) return undefined;
  await using _ = reader;
  const arm = shipped("fused", "static", rate);
  const lumas: Plane[] = [];
  const keys: number[] = [];
  for await (const frame of reader.frames({})) {
    const { luma } = await frame.planes();
    if (frame.isKey) keys.push(lumas.length);
    lumas.push(cutToFours(luma));
    await arm.next(luma, lumas.length, frame.isKey, undefined);
    frame.close();
    if (lumas.length >= most) break;
  }
  return { lumas, keys, sentence: arm.summary!().sentence };
}

function cutToFours({ width, height, stride, data }: Plane): Plane {
  const cut = createPlane({ width: width - (width % 4), height: height - (height % 4) });
  for (let y = 0; y < cut.height; y++)
    cut.data.set(data.subarray(y * stride, y * stride + cut.width), y * cut.stride);
  return cut;
}

/** Means of two by two. */
function halved({ width, height, stride, data }: Plane): Plane {
  const small = createPlane({ width: width / 2, height: height / 2 });
  for (let y = 0; y < small.height; y++)
    for (let x = 0; x < small.width; x++) {
      const at = 2 * y * stride + 2 * x;
      const sum = data[at]! + data[at + 1]! + data[at + stride]! + data[at + stride + 1]!;
      small.data[y * small.stride + x] = (sum + 2) >> 2;
    }
  return small;
}
