import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compressPictures } from "@tatami/codecs/node";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { resizeLuma } from "../bicubic.ts";
import { lowUnit } from "../dataset.ts";
import { createBicubicPair } from "../tracks/bicubic.ts";
import { tracks } from "../tracks.ts";
import type { Dataset } from "../dataset.ts";
import { lumaOf, roundLuma } from "../luma.ts";
import type { Picture } from "../luma.ts";
import { prepareDataset } from "../prepared-dataset.ts";
import { createRandom, psnr } from "@tatami/core";
import { wavyPicture } from "../test-support.ts";
import { readDataset } from "../read-dataset.ts";
import { drawDegradation, noDegradation } from "./degradation.ts";
import { degradePicture } from "./degrade.ts";

/** How coarse a codec may be before it drops whole waves. */
const fine = { avc: 20, hevc: 20, vp9: 24, av1: 24, mpeg2: 6, mpeg4: 10, mjpeg: 14 };

/** Waves that a reduced picture still holds. */
function smoothPicture(width: number, height: number): Picture {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return 128 + 60 * Math.sin(x / 6 + y / 11) * Math.cos(y / 7 + (i % 3));
  });
  return { width, height, channels: 3, data };
}

describe("a degraded picture lies over its original", () => {
  it.each([2, 4])("undegraded it is the bicubic track's but for rounding, ×%i", async (scale) => {
    const picture = wavyPicture(96, 80, 3);
    const low = await degradePicture(picture, scale, noDegradation, createRandom(1), compressPictures);
    const expected = createBicubicPair(picture, scale);
    const differences = low.data.map((value, i) => Math.abs(value - expected.low.data[i]!));
    // rounded once as luma, instead of twice as RGB
    expect(Math.max(...differences)).toBeLessThan(1.6);
    const enlarged = (plane: typeof low): number =>
      psnr(roundLuma(resizeLuma(plane, 96, 80)), expected.high, scale);
    expect(Math.abs(enlarged(low) - enlarged(expected.low))).toBeLessThan(0.05);
  });

  it("whatever the degradation, no shift of a pixel fits better than none", async () => {
    const picture = smoothPicture(128, 112);
    const high = lumaOf(picture);
    for (let seed = 0; seed < 24; seed++) {
      const scale = seed % 2 ? 4 : 2;
      const random = createRandom(seed);
      const drawn = drawDegradation(random);
      // coarser, a codec drops whole waves and may predict them a pixel off
      const compression = drawn.compression && {
        ...drawn.compression,
        quantizer: Math.min(drawn.compression.quantizer, fine[drawn.compression.codec]),
      };
      const degradation = { ...drawn, ...(compression && { compression }) };
      const low = await degradePicture(picture, scale, degradation, random, compressPictures);
      const enlarged = resizeLuma(low, 128, 112);
      const errorAt = (dx: number, dy: number): number => {
        let sum = 0;
        for (let y = 8; y < 104; y++)
          for (let x = 8; x < 120; x++)
            sum += (enlarged.data[y * 128 + x]! - high.data[(y + dy) * 128 + x + dx]!) ** 2;
        return sum;
      };
      const errors = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => errorAt(dx, dy)));
      expect(errors.indexOf(Math.min(...errors)), JSON.stringify(degradation)).toBe(4);
    }
  });
});

test("degradations are whole, varied and stay within their bounds", () => {
  const codecs = new Set<string>();
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { motion, compression, noise, blur } = drawDegradation(createRandom(seed));
      codecs.add(compression?.codec ?? "none");
      expect(motion.kept).toBeLessThan(motion.frames);
      if (motion.frames > 1) {
        expect(motion.frames).toBeLessThanOrEqual(12);
        expect(motion.frames === 2 || (motion.kept > 0 && motion.kept < motion.frames - 1)).toBe(true);
        const furthest = Math.max(motion.kept, motion.frames - 1 - motion.kept);
        for (const { reach, period } of Object.values(motion.warp ?? {}))
          // the steepest slope of a displacement that leaves neighbours in order
          expect((2 * Math.PI * reach * furthest) / period).toBeLessThan(1);
      }
      if (blur) expect(blur.across + blur.down + blur.diagonal).toBeLessThanOrEqual(3 * 1.5 ** 2);
      if (noise) expect(noise.level).toBeLessThanOrEqual(6);
      if (compression) expect(compression.quantizer >= 2 && compression.quantizer <= 58).toBe(true);
    }),
    { numRuns: 400 },
  );
  expect([...codecs].sort()).toEqual(["av1", "avc", "hevc", "mjpeg", "mpeg2", "mpeg4", "none", "vp9"]);
});

describe("the camera data set", () => {
  it("has several versions over one high-resolution picture, the same for the same seed, and is kept", async () => {
    const pictures = await folder();
    await writePicture(join(pictures, "a.png"), smoothPicture(80, 64));
    await writePicture(join(pictures, "b.png"), smoothPicture(64, 90));
    const options = { track: tracks.camera, seed: 3, degradations: 3 };
    const seen: string[] = [];
    const onPicture = (ready: number, count: number): void => void seen.push(`${ready}/${count}`);
    const plain = await readDataset(pictures, 2, 16, { ...options, onPicture });
    expect(seen).toEqual(["1/2", "2/2"]);
    expect(plain.entries.map(({ width, height, high }) => [width, height, high])).toEqual(
      [
        [40, 32, 0],
        [32, 45, 80 * 64],
      ].flatMap((entry) => [entry, entry, entry]),
    );
    expect(plain.high.byteLength).toBe(80 * 64 + 64 * 90);
    const low = new Uint16Array(plain.low);
    expect(low.every((value) => value % lowUnit === 0)).toBe(true);
    const version = (index: number): Uint16Array => low.slice(index * 1280, (index + 1) * 1280);
    expect(version(0)).not.toEqual(version(1));

    const file = join(await folder(), "kept.dataset");
    const prepare = (seed: number) =>
      prepareDataset(pictures, 2, 16, file, { track: tracks.camera, seed, degradations: 3 });
    expect(samplesOf(await prepare(3))).toEqual(samplesOf(plain));
    const written = (await stat(file)).mtimeMs;
    expect(samplesOf(await prepare(3))).toEqual(samplesOf(plain));
    expect((await stat(file)).mtimeMs).toBe(written);
    expect(samplesOf(await prepare(4)).low).not.toEqual(samplesOf(plain).low);
  });

  it("an abort rethrows its reason and leaves no file", async () => {
    const pictures = await folder();
    await writePicture(join(pictures, "a.png"), smoothPicture(80, 64));
    await writePicture(join(pictures, "b.png"), smoothPicture(80, 64));
    const file = join(await folder(), "none.dataset");
    const controller = new AbortController();
    const reason = new Error("enough");
    const preparing = prepareDataset(pictures, 2, 16, file, {
      track: tracks.camera,
      signal: controller.signal,
      onPicture: () => controller.abort(reason),
    });
    await expect(preparing).rejects.toBe(reason);
    await expect(stat(file)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

/** What can be compared: shared memory itself is equal to any other. */
function samplesOf({ entries, low, high }: Dataset) {
  return { entries, low: new Uint16Array(low), high: new Uint8Array(high) };
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "tatami-camera-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function writePicture(path: string, { width, height, data }: Picture): Promise<void> {
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
}
