import { compressPictures } from "@tatami/codecs/node";
import { expect, test } from "vitest";
import { resizeLuma } from "../data/bicubic.ts";
import { createWavySequence } from "../data/camera/test-support.ts";
import { reduceFrame } from "../data/camera/frame-sequence.ts";
import { lumaOfPlanes } from "../data/camera/to-i420.ts";
import { roundLuma } from "../data/luma.ts";
import type { Picture } from "../data/luma.ts";
import { createRandom, psnr } from "@tatami/core";
import { chooseFrames, keptLuma, sharpestPart, sharpnessOf } from "./choose-frames.ts";
import { degradeSequence } from "./degrade-sequence.ts";
import { estimateNoise } from "./estimate-noise.ts";

function grey(width: number, height: number, value: (x: number, y: number) => number): Picture {
  const data = Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)));
  return { width, height, channels: 1, data };
}

test.each([0, 1, 3, 6])("noise of %d levels is found, on ramps and beside texture", (level) => {
  const random = createRandom(level + 1);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const picture = grey(320, 240, (x, y) => {
    const texture = x > 200 ? 40 * Math.sin(x * 1.3) * Math.cos(y * 0.9) : 0;
    return Math.round(110 + x / 8 + y / 10 + texture + level * normal());
  });
  // rounding alone is noise of 0.3
  expect(Math.abs(estimateNoise(picture) - level)).toBeLessThan(0.15 * level + 0.4);
});

test("noise cannot be told where all is black", () => {
  expect(estimateNoise(grey(64, 64, () => 16))).toBe(0);
});

test("the sharpest frames are chosen, and of equals the different ones", () => {
  const flat = grey(64, 48, () => 100);
  const fine = grey(64, 48, (x) => 100 + 50 * Math.sin(x));
  const soft = grey(64, 48, (x) => 100 + 50 * Math.sin(x / 4));
  expect(sharpnessOf(fine)).toBeGreaterThan(sharpnessOf(soft));
  expect(sharpnessOf(soft)).toBeGreaterThan(sharpnessOf(flat));
  // six sequences: three scenes twice; blurred ones of each
  const scenes = [0, 1, 2].flatMap((seed) => [
    createWavySequence(`sharp ${seed}`, 80, 64, 3, 5 * seed),
    createWavySequence(`twin ${seed}`, 80, 64, 3, 5 * seed),
  ]);
  const blurred = scenes.map(({ frames, name }) => ({
    name: `blurred ${name}`,
    frames: frames.map((frame) => ({ ...frame, data: frame.data.map((value) => 100 + value / 8) })),
  }));
  const chosen = chooseFrames([...blurred, ...scenes], 3).map(({ name }) => name);
  expect(chosen.some((name) => name.startsWith("blurred"))).toBe(false);
  expect(new Set(chosen.map((name) => name.slice(-1))).size).toBe(3);
  expect(chooseFrames(scenes, 50).length).toBe(6);
});

test("of a large frame the sharpest part is taken, the same of each frame", () => {
  const [width, height] = [120, 90];
  const frames = [0, 1, 2].map((time) => {
    const data = new Uint8Array(width * height * 1.5).fill(128);
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      data[i] = x >= 80 && y < 40 ? 128 + 60 * Math.sin(x) + time : 128;
    }
    return { width, height, data };
  });
  const part = sharpestPart({ name: "corner", frames }, 40);
  expect(part.frames.map((frame) => [frame.width, frame.height])).toEqual([
    [40, 40],
    [40, 40],
    [40, 40],
  ]);
  const [first, second] = part.frames;
  expect(first!.data[0]).toBe(frames[0]!.data[80]);
  expect(second!.data[39 * 40 + 39]).toBe(frames[1]!.data[39 * width + 119]);
  expect(sharpestPart({ name: "all", frames }, 500).frames).toEqual(frames);
});

test("a degraded frame lies over the frame it came from, noisier when the camera is", async () => {
  const sequence = createWavySequence("a", 100, 84, 3);
  const degrade = (level: number) =>
    degradeSequence(
      sequence,
      2,
      { codec: "avc", quantizers: [10, 12], noise: level },
      createRandom(4),
      compressPictures,
    );
  const { low, high } = await degrade(0);
  expect([low.width, low.height, high.width, high.height]).toEqual([50, 42, 100, 84]);
  expect(high.data).toEqual(Float32Array.from(keptLuma(sequence).data));
  const plain = lumaOfPlanes(reduceFrame(sequence.frames[1]!, 2));
  expect(psnr(low, plain, 2)).toBeGreaterThan(24);
  const [clean, noisy] = [low, (await degrade(10)).low].map((plane) =>
    psnr(roundLuma(resizeLuma(plane, 100, 84)), high, 2),
  );
  expect(noisy!).toBeLessThan(clean! - 0.5);
});
