/**
 * Writes what files look like beside what would have been right for them, a line of JSON a case:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/reading/collect.ts OUT.jsonl DRAWS CLEAN.onnx CAMERA.onnx FOLDER…
 *
 * Every clip, and every picture as a clip of a slowly panning camera, is sent through cameras: a fixed table of lenses and rates,
 * or, with DRAWS above 0, so many at random. Of each case there is: the measures of its frames, and of bicubic, Lanczos and
 * mixtures of both networks the squared errors as functions of strength s: error(s) = a + 2·b·s + c·s².
 */

import { appendFile } from "node:fs/promises";
import { basename } from "node:path";
import { compressPictures } from "@tatami/codecs/node";
import { createRandom } from "@tatami/core";
import type { Random } from "@tatami/core";
import { mixModels } from "@tatami/graph";
import { describePictures, measurePicture } from "@tatami/patches";
import { resizeLuma } from "../../src/data/bicubic.ts";
import { blurPicture } from "../../src/data/camera/blur.ts";
import type { CameraCodec, CompressiblePicture } from "../../src/data/camera/compress.ts";
import { cropFrame, cutFrame, planeOf } from "../../src/data/camera/frame-sequence.ts";
import type { FrameSequence } from "../../src/data/camera/frame-sequence.ts";
import { sharpen } from "../../src/data/camera/degrade.ts";
import { readFrameSequences } from "../../src/data/camera/read-sequences.ts";
import { enlargeLanczos, reducePicture } from "../../src/data/camera/reduce.ts";
import type { ReduceKernel } from "../../src/data/camera/reduce.ts";
import { addSensorNoise } from "../../src/data/camera/sensor-noise.ts";
import { lumaOfPlanes } from "../../src/data/camera/to-i420.ts";
import { between, choose } from "../../src/data/draw-random.ts";
import { roundLevels } from "../../src/data/luma.ts";
import type { LumaPlane } from "../../src/data/luma.ts";
import { readTrained } from "../../src/campaign/read-trained.ts";
import { createModelEnlarge } from "../../src/report/model-enlarge.ts";
import { compileKernels } from "../../src/run/kernels.ts";

/** Largest part of a frame that is looked at, in large pixels. */
const [widest, highest] = [640, 448];
const mixtures = [0, 0.5, 1];

interface Case {
  /** Standard deviation of a blur of the truth itself, in large pixels: what a camera of that size would have seen. */
  readonly softness: number;
  /** Standard deviation of the lens's blur, in small pixels. */
  readonly lens: number;
  readonly noise: number;
  readonly sharpening: number;
  readonly kernel: ReduceKernel;
  readonly codec: CameraCodec | "none";
  readonly quantizer: number;
}

const [out, drawn, cleanPath, cameraPath, ...folders] = process.argv.slice(2);
const draws = Number(drawn);
const compiled = await compileKernels();
const [clean, camera] = [await readTrained(cleanPath!), await readTrained(cameraPath!)];
const scale = clean.model.scale;
const enlargers = mixtures.map((part) =>
  createModelEnlarge(compiled, mixModels(clean.model, camera.model, part)),
);

for (const [number, folder] of folders.entries()) {
  const { sequences } = await readFrameSequences(folder, 6);
  for (const [index, sequence] of sequences.entries()) {
    const sharp = cutMiddle(sequence.frames.length === 1 ? pan(sequence) : sequence).map((frame) =>
      cropFrame(frame, 2 * scale),
    );
    const random = createRandom(1 + index + 1000 * number);
    const cases = draws > 0 ? Array.from({ length: draws }, () => drawCase(random)) : tableOfCases();
    for (const each of cases)
      await measureCase(
        `${basename(folder)}/${sequence.name}`,
        sharp.map((frame) => soften(frame, each.softness)),
        each,
        random,
      );
    console.log(sequence.name);
  }
}

function tableOfCases(): readonly Case[] {
  const common = { noise: 0, sharpening: 0, kernel: "bicubic", codec: "avc" } as const;
  const looks = [
    { softness: 0, lens: 0 },
    { softness: 1.5, lens: 0 },
    { softness: 0, lens: 0.8 },
  ];
  return looks.flatMap((look) =>
    [0, 14, 18, 23, 28, 33, 38].map((quantizer) => ({ ...common, ...look, quantizer })),
  );
}

function drawCase(random: Random): Case {
  const codec = choose<Case["codec"]>(random, {
    avc: 0.56,
    hevc: 0.1,
    vp9: 0.06,
    av1: 0.05,
    mpeg2: 0.05,
    mpeg4: 0.06,
    mjpeg: 0.06,
    none: 0.06,
  });
  const coarse = random.uniform();
  const most = { avc: 38, hevc: 38, vp9: 52, av1: 52, mpeg2: 12, mpeg4: 12, mjpeg: 14, none: 0 }[codec];
  // a soft picture may have been soft before it was reduced, or have become so on its way
  const look = choose(random, { sharp: 0.5, soft: 0.32, lens: 0.18 });
  return {
    softness: look === "soft" ? between(random, 0.4, 3) : 0,
    lens: look === "lens" ? between(random, 0.2, 1.5) : 0,
    noise: random.uniform() < 0.65 ? 0 : 0.5 * 12 ** random.uniform(),
    sharpening: random.uniform() < 0.96 ? 0 : between(random, 0.2, 0.8),
    kernel: choose<ReduceKernel>(random, { bicubic: 0.55, area: 0.15, bilinear: 0.15, lanczos: 0.15 }),
    codec,
    quantizer: Math.max(codec.startsWith("m") ? 2 : 0, Math.round(most * coarse)),
  };
}

async function measureCase(
  name: string,
  high: readonly CompressiblePicture[],
  each: Case,
  random: Random,
): Promise<void> {
  const low = high.map((frame) => degrade(frame, each, random));
  const sizes = { key: 0, keys: 0, others: 0, count: 0 };
  const onPacket = (bytes: number, isKey: boolean): void => {
    sizes.count++;
    sizes.keys += Number(isKey);
    sizes[isKey ? "key" : "others"] += bytes;
  };
  const { codec, quantizer } = each;
  const decoded = codec === "none" ? low : await compressPictures(low, { codec, quantizer, onPacket });
  const pixels = low[0]!.width * low[0]!.height;
  const bitsPerPixel = codec === "none" ? null : (8 * bytesPerFrame(sizes, random)) / pixels;
  const looked = [0, decoded.length - 1].map((at) => {
    const { width, height, data } = decoded[at]!;
    return measurePicture({ width, height, stride: width, data }, false);
  });
  const errors: Record<string, number> = {};
  const curves = mixtures.map(() => [0, 0, 0]);
  const scored = [1, decoded.length - 2];
  for (const at of scored) {
    const small = lumaOfPlanes(decoded[at]!);
    const truth = lumaOfPlanes(high[at]!);
    const bicubic = resizeLuma(small, truth.width, truth.height);
    const lanczos = enlargeLanczos({ ...small, channels: 1 }, scale);
    errors["bicubic"] = (errors["bicubic"] ?? 0) + curveOf(truth, bicubic, bicubic)[0] / scored.length;
    errors["lanczos"] = (errors["lanczos"] ?? 0) + curveOf(truth, lanczos, lanczos)[0] / scored.length;
    enlargers.forEach((enlarge, index) => {
      const network = enlarge(small);
      curveOf(truth, bicubic, network).forEach((value, k) => (curves[index]![k]! += value / scored.length));
    });
  }
  const line = {
    name,
    ...each,
    bitsPerPixel,
    measures: describePictures(looked),
    ...errors,
    curves,
  };
  await appendFile(out!, `${JSON.stringify(line)}\n`);
}

/** What a frame would take in a longer video, whose key frames are rare. */
function bytesPerFrame(
  { key, keys, others, count }: Readonly<Record<"key" | "keys" | "others" | "count", number>>,
  random: Random,
): number {
  const group = Math.round(25 * 10 ** random.uniform());
  const inter = count > keys ? others / (count - keys) : key / keys;
  return (key / keys + (group - 1) * inter) / group;
}

/** a, b and c of the squared error of filter + s · (network − filter). */
function curveOf(truth: LumaPlane, filter: LumaPlane, network: LumaPlane): [number, number, number] {
  let [a, b, c, count] = [0, 0, 0, 0];
  const { width, height } = truth;
  for (let y = scale; y < height - scale; y++) {
    for (let i = y * width + scale; i < (y + 1) * width - scale; i++) {
      const missing = filter.data[i]! - truth.data[i]!;
      const residual = network.data[i]! - filter.data[i]!;
      a += missing * missing;
      b += missing * residual;
      c += residual * residual;
      count++;
    }
  }
  return [a / count, b / count, c / count];
}

function degrade(
  frame: CompressiblePicture,
  { lens, noise, sharpening, kernel }: Case,
  random: Random,
): CompressiblePicture {
  const planes = ([0, 1, 2] as const).map((index) => {
    const variance = (lens * scale) ** 2;
    const seen = blurPicture(planeOf(frame, index), {
      across: variance,
      down: variance,
      diagonal: 0,
      slope: 1,
    });
    const reduced = reducePicture(seen, scale, kernel);
    if (index > 0) return reduced;
    if (noise > 0) addSensorNoise(reduced, { level: noise, shot: 0.6, grey: 0 }, random);
    if (sharpening === 0) return reduced;
    return sharpen(reduced, { amount: sharpening, radius: 1 });
  });
  const data = new Uint8ClampedArray(planes.reduce((sum, plane) => sum + plane.data.length, 0));
  let to = 0;
  for (const plane of planes) {
    data.set(plane.data, to);
    to += plane.data.length;
  }
  return { width: planes[0]!.width, height: planes[0]!.height, data: new Uint8Array(data.buffer) };
}

/** A frame whose luma is blurred. */
function soften(frame: CompressiblePicture, softness: number): CompressiblePicture {
  if (softness === 0) return frame;
  const variance = softness ** 2;
  const { data } = blurPicture(planeOf(frame, 0), {
    across: variance,
    down: variance,
    diagonal: 0,
    slope: 1,
  });
  const soft = Uint8Array.from(frame.data);
  soft.set(roundLevels(data, new Uint8Array(data.length)));
  return { ...frame, data: soft };
}

function cutMiddle({ frames }: FrameSequence): readonly CompressiblePicture[] {
  return frames.map((frame) => {
    const size = { width: Math.min(frame.width, widest) & ~1, height: Math.min(frame.height, highest) & ~1 };
    const middle = (whole: number, part: number): number => ((whole - part) >> 2) << 1;
    return cutFrame(frame, middle(frame.width, size.width), middle(frame.height, size.height), size);
  });
}

/** A still as a clip of a camera that pans by two large pixels a frame. */
function pan({ name, frames }: FrameSequence): FrameSequence {
  const [still] = frames;
  const size = { width: (still!.width - 24) & ~1, height: (still!.height - 24) & ~1 };
  return { name, frames: Array.from({ length: 6 }, (_, time) => cutFrame(still!, 2 * time, 2 * time, size)) };
}
