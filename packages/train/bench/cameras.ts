/**
 * Four cameras whose way of degrading occurs in no training code, to prove on that a degradation can be learned:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/cameras.ts make OUT CLIPS…
 *     npx tsx --conditions=@tatami/source packages/train/bench/cameras.ts score OUT [--lpips LPIPS.onnx] [A=MODEL…] MODEL…
 *
 * `make` sends folders of clips through them. Of the first two thirds of each clip OUT/CAMERA/real gets the small pictures,
 * alone: for `tatami train tddsr-x2 --real`, or `--footage`. Of the last third OUT/CAMERA/held gets small and large ones.
 * `score` prints how models enlarge these, beside bicubic: Y-PSNR in dB, SSIM, and LPIPS of luma as grey where its network is
 * given. A model is a checkpoint or an ONNX file; with `A=` before it, it is scored on that camera only.
 */

import { mkdir, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { compressPictures } from "@tatami/codecs/node";
import { psnr, ssim } from "@tatami/core";
import { InferenceSession, Tensor } from "onnxruntime-web";
import sharp from "sharp";
import { readTrained } from "../src/campaign/read-trained.ts";
import { resizeLuma } from "../src/data/bicubic.ts";
import type { FloatPicture } from "../src/data/camera/blur.ts";
import { blurPicture } from "../src/data/camera/blur.ts";
import type { CompressiblePicture } from "../src/data/camera/compress.ts";
import { sharpen } from "../src/data/camera/degrade.ts";
import { cropFrame, planeOf } from "../src/data/camera/frame-sequence.ts";
import { readFrameSequences } from "../src/data/camera/read-sequences.ts";
import { reducePicture, resizePicture } from "../src/data/camera/reduce.ts";
import { lumaOfPlanes, toI420 } from "../src/data/camera/to-i420.ts";
import type { LumaPlane } from "../src/data/luma.ts";
import { roundLuma } from "../src/data/luma.ts";
import type { Enlarge } from "../src/report/evaluate.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { compileKernels } from "../src/run/kernels.ts";

/** A camera: what it makes of luma, frame by frame, and how the frames are then compressed, once or twice. */
interface Camera {
  readonly what: string;
  readonly see: (large: FloatPicture) => FloatPicture;
  readonly compress: readonly Parameters<typeof compressPictures>[1][];
}

const variance = (sigma: number): number => (2 * sigma) ** 2;
const cameras: Readonly<Record<string, Camera>> = {
  A: {
    what: "sharpened after its reduction, MPEG-2",
    see: (large) => sharpen(reducePicture(large, 2, "bicubic"), { amount: 0.9, radius: 1.2 }),
    compress: [{ codec: "mpeg2", quantizer: 7 }],
  },
  B: {
    what: "blurred along rows more than along columns, VP9",
    see: (large) => {
      const blur = { across: variance(0.8), down: variance(0.4), diagonal: 0, slope: 1 } as const;
      return reducePicture(blurPicture(large, blur), 2, "area");
    },
    compress: [{ codec: "vp9", quantizer: 40 }],
  },
  C: {
    what: "three quarters of its size and back, AV1",
    see: (large) => {
      const small = reducePicture(large, 2, "bicubic");
      const part = { width: Math.round(small.width * 0.75), height: Math.round(small.height * 0.75) };
      return resizePicture(resizePicture(small, part, "bilinear"), small, "bicubic");
    },
    compress: [{ codec: "av1", quantizer: 45 }],
  },
  D: {
    what: "blurred along rows, Motion JPEG and then H.264",
    see: (large) => {
      const blur = { across: variance(0.6), down: 0, diagonal: 0, slope: 1 } as const;
      return reducePicture(blurPicture(large, blur), 2, "bilinear");
    },
    compress: [
      { codec: "mjpeg", quantizer: 9 },
      { codec: "avc", quantizer: 28 },
    ],
  },
};

/** Frames of a clip, of which the last third is held back. */
const FRAMES = 24;

const { values, positionals } = parseArgs({
  options: { lpips: { type: "string" } },
  allowPositionals: true,
});
const [command, out = "", ...words] = positionals;
if (command === "make") await make();
else if (command === "score") await score();
else throw new Error("make or score");

async function make(): Promise<void> {
  for (const folder of words)
    for (const { name, frames } of (await readFrameSequences(folder, FRAMES)).sequences) {
      const larges = frames.map((frame) => {
        const { width, height, data } = planeOf(cropFrame(frame, 8), 0);
        return { width, height, channels: 1 as const, data: Float32Array.from(data) };
      });
      for (const [camera, { see, compress }] of Object.entries(cameras)) {
        let seen: readonly CompressiblePicture[] = larges.map((large) => toI420(see(large)));
        for (const options of compress) seen = await compressPictures(seen, options);
        for (const [at, low] of seen.entries()) {
          const isHeld = at >= (2 * frames.length) / 3;
          // every third of what is held: neighbours are much alike
          if (isHeld && at % 3 !== 0) continue;
          const place = join(out, camera, isHeld ? "held" : "real");
          await mkdir(place, { recursive: true });
          const stem = join(
            place,
            `${basename(name).replaceAll(/\W+/g, "-")}-${String(at).padStart(2, "0")}`,
          );
          await writeGrey(lumaOfPlanes(low), isHeld ? `${stem}.low.png` : `${stem}.png`);
          if (isHeld) await writeGrey(larges[at]!, `${stem}.high.png`);
        }
      }
      console.log(name);
    }
}

/** Luma as grey of the full range, whose luma it is again. */
async function writeGrey({ width, height, data }: LumaPlane, path: string): Promise<void> {
  const grey = Uint8Array.from(data, (value) =>
    Math.min(255, Math.max(0, Math.round(((value - 16) * 255) / 219))),
  );
  await sharp(grey, { raw: { width, height, channels: 1 } })
    .toColourspace("srgb")
    .png()
    .toFile(path);
}

async function readGrey(path: string): Promise<LumaPlane> {
  const { data, info } = await sharp(path).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, data: Float32Array.from(data, (value) => 16 + (value * 219) / 255) };
}

async function score(): Promise<void> {
  const compiled = await compileKernels();
  const lpips = values.lpips === undefined ? undefined : await openLpips(values.lpips);
  const methods: { name: string; only?: string; enlarge: Enlarge }[] = [
    { name: "bicubic", enlarge: (low) => resizeLuma(low, low.width * 2, low.height * 2) },
  ];
  for (const word of words) {
    const [, only, path = ""] = /^(?:([A-D])=)?(.*)$/.exec(word)!;
    const { model } = await readTrained(path);
    const name = basename(path).replace(/\.(checkpoint|onnx)$/, "");
    methods.push({ name, ...(only !== undefined && { only }), enlarge: createModelEnlarge(compiled, model) });
  }
  console.log(
    `| camera | method | PSNR | SSIM |${lpips ? " LPIPS |" : ""}\n| --- | --- | --- | --- |${lpips ? " --- |" : ""}`,
  );
  for (const [camera, { what }] of Object.entries(cameras)) {
    const held = join(out, camera, "held");
    const names = (await readdir(held)).filter((name) => name.endsWith(".low.png"));
    for (const { name, only, enlarge } of methods) {
      if (only !== undefined && only !== camera) continue;
      const sums = [0, 0, 0];
      for (const low of names) {
        const truth = await readGrey(join(held, low.replace(".low.", ".high.")));
        const made = roundLuma(enlarge(await readGrey(join(held, low))));
        sums[0]! += psnr(made, truth, 2);
        sums[1]! += ssim(made, truth, 2);
        if (lpips) sums[2]! += await lpips(made, truth);
      }
      const [decibels, likeness, distance] = sums.map((sum) => sum / names.length) as [
        number,
        number,
        number,
      ];
      const cells = [`${camera}: ${what}`, name, decibels.toFixed(2), likeness.toFixed(4)];
      if (lpips) cells.push(distance.toFixed(4));
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
}

/** The distance of two pictures of luma, as grey. */
async function openLpips(path: string): Promise<(a: LumaPlane, b: LumaPlane) => Promise<number>> {
  const session = await InferenceSession.create(new Uint8Array(await readFile(path)), {
    logSeverityLevel: 3,
  });
  const toGrey = ({ width, height, data }: LumaPlane): Tensor => {
    const planes = new Float32Array(3 * width * height);
    const grey = data.map((value) => Math.min(1, Math.max(0, (value - 16) / 219)));
    for (let plane = 0; plane < 3; plane++) planes.set(grey, plane * grey.length);
    return new Tensor("float32", planes, [1, 3, height, width]);
  };
  return async (a, b) => {
    const { distance } = await session.run({ a: toGrey(a), b: toGrey(b) });
    return (distance!.data as Float32Array)[0]!;
  };
}
