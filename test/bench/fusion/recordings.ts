/**
 * What fusing gives or costs on recordings. Each is its own truth, as it was decoded: halved, coded as a camera would, decoded, fused or
 * not, and enlarged again. Whatever of its own noise and of its codec is in the truth counts against the mean, so a gain here is the
 * least that there is, and a loss the most.
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

/** Frames of a recording that are looked at, those of which one is scored, and from which on. */
const [most, every, first] = [30 * rate, 25, 4 * rate];
/** Shorter ones have too few key frames to say anything. */
const fewest = 12 * rate;

/** Prints a line for each recording of a folder that is long enough, and says which are not. */
export async function judgeRecordings(folder: string, upscaler: Upscaler): Promise<void> {
  console.log(
    "\nrecording\tsize\tframes\tsingle dB\tstatic\tauto\tworst frame of auto\tverdict\twhat is said of the recording as it is",
  );
  for (const name of (await readdir(folder)).sort()) {
    const frames = await lumasOf(join(folder, name));
    if (!frames) continue;
    if (frames.lumas.length < fewest) {
      console.log(`${name}\t\t${frames.lumas.length}\ttoo short`);
      continue;
    }
    const coded = await throughCodec(codings["h264 crf 28"]!, frames.lumas.map(halved));
    const arms = [shipped("static", "static", rate), shipped("auto", "auto", rate)];
    const scores: number[][] = [[], [], []];
    for (const [index, { luma, isKey }] of coded.entries()) {
      const shown = [luma];
      for (const arm of arms) shown.push(await arm.next(luma, index, isKey, undefined));
      if (index < first || index % every !== 0) continue;
      for (const [at, plane] of shown.entries())
        scores[at]!.push(decibels(await enlarged(upscaler, plane), frames.lumas[index]!));
    }
    const [single, fused, auto] = scores as [number[], number[], number[]];
    const gains = auto.map((value, i) => value - single[i]!);
    const { width, height } = frames.lumas[0]!;
    console.log(
      [
        name,
        `${width}×${height}`,
        coded.length,
        mean(single).toFixed(2),
        (mean(fused) - mean(single)).toFixed(3),
        mean(gains).toFixed(3),
        Math.min(...gains).toFixed(3),
        arms[0]!.summary!().verdict,
        frames.sentence,
      ].join("\t"),
    );
  }
}

/** Luma of a recording's frames, cut to sides in fours; and what is said when it is fused as it is. */
async function lumasOf(
  path: string,
): Promise<{ readonly lumas: readonly Plane[]; readonly sentence: string } | undefined> {
  const reader = await nodeDriver()
    .open(path, {})
    .catch(() => undefined);
  if (!reader) return undefined;
  await using _ = reader;
  const arm = shipped("fused", "static", rate);
  const lumas: Plane[] = [];
  for await (const frame of reader.frames({})) {
    const { luma } = await frame.planes();
    lumas.push(cutToFours(luma));
    await arm.next(luma, lumas.length, frame.isKey, undefined);
    frame.close();
    if (lumas.length >= most) break;
  }
  return { lumas, sentence: arm.summary!().sentence };
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

function decibels(shown: Plane, truth: Plane): number {
  let sum = 0;
  for (let y = 0; y < truth.height; y++)
    for (let x = 0; x < truth.width; x++)
      sum += (shown.data[y * shown.stride + x]! - truth.data[y * truth.stride + x]!) ** 2;
  return 10 * Math.log10((255 ** 2 * truth.width * truth.height) / sum);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
