import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@tatami/core";
import sharp from "sharp";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { noise } from "../../data/test-support.ts";
import type { LumaPlane } from "../../data/luma.ts";
import { lumaOf } from "../../data/luma.ts";
import { readPicture } from "../../data/read-picture.ts";
import { fitAsymmetric } from "./niqe-features.ts";
import { fitNiqe, fitNiqeFolder, niqe, readNiqe } from "./niqe.ts";

const patchSide = 48;

/** Discs of all sizes before one another, as things are in photographs (Lee, Mumford and Huang, 2001), and what a sensor adds. */
function deadLeaves(side: number, seed: number): LumaPlane {
  const random = createRandom(seed);
  const data = new Float32Array(side * side).fill(128);
  for (let disc = 0; disc < 900; disc++) {
    const radius = 2 / Math.sqrt(random.uniform() + 0.002);
    const [x0, y0] = [random.uniform() * side, random.uniform() * side];
    const level = 30 + 190 * random.uniform();
    const [from, to] = [Math.max(0, Math.floor(y0 - radius)), Math.min(side - 1, Math.ceil(y0 + radius))];
    for (let y = from; y <= to; y++)
      for (let x = Math.max(0, Math.floor(x0 - radius)); x <= Math.min(side - 1, x0 + radius); x++)
        if ((x - x0) ** 2 + (y - y0) ** 2 <= radius ** 2) data[y * side + x] = level + (x - x0) / 3;
  }
  const grain = noise(data.length, seed + 1);
  return blurred({ width: side, height: side, data: data.map((value, i) => value + 2 * grain[i]!) }, 0.4);
}

function blurred({ width, height, data }: LumaPlane, share: number): LumaPlane {
  const pick = (x: number, y: number): number =>
    data[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!;
  return {
    width,
    height,
    data: data.map((value, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const around = (pick(x - 1, y) + pick(x + 1, y) + pick(x, y - 1) + pick(x, y + 1)) / 4;
      return (1 - share) * value + share * around;
    }),
  };
}

/** Each block of 8×8 is drawn towards its mean. */
function blocky({ width, height, data }: LumaPlane, share: number): LumaPlane {
  const blockOf = (i: number): number =>
    (Math.floor(Math.floor(i / width) / 8) * width) / 8 + Math.floor((i % width) / 8);
  const sums = new Map<number, number>();
  data.forEach((value, i) => sums.set(blockOf(i), (sums.get(blockOf(i)) ?? 0) + value / 64));
  return {
    width,
    height,
    data: data.map((value, i) => (1 - share) * value + share * sums.get(blockOf(i))!),
  };
}

const model = fitNiqe(
  [1, 2, 3, 4, 5, 6].map((seed) => deadLeaves(240, seed)),
  patchSide,
);
const picture = deadLeaves(240, 99);

describe("a picture is further from good ones", () => {
  const grain = noise(picture.data.length, 7);
  const worse: Readonly<Record<string, (amount: number) => LumaPlane>> = {
    blurred: (amount) =>
      Array.from({ length: amount }).reduce<LumaPlane>((seen) => blurred(seen, 0.8), picture),
    noisy: (amount) => ({ ...picture, data: picture.data.map((value, i) => value + 8 * amount * grain[i]!) }),
    blocky: (amount) => blocky(picture, 0.3 * amount),
  };
  it.each(Object.keys(worse))("the more it is %s", (kind) => {
    const distances = [picture, ...[1, 3].map((amount) => worse[kind]!(amount))].map((each) =>
      niqe(model, each),
    );
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    expect(distances[1]).toBeGreaterThan(1.1 * distances[0]!);
  });
});

test("a distribution's exponent and sides are found again", () => {
  const random = createRandom(3);
  const laplace = Array.from({ length: 40_000 }, () => {
    const size = -Math.log(1 - random.uniform());
    return random.uniform() < 0.5 ? -size : size;
  });
  const even = fitAsymmetric(laplace);
  expect(even.shape).toBeCloseTo(1, 1);
  expect(even.left).toBeCloseTo(1, 1);
  expect(even.right).toBeCloseTo(1, 1);
  const uneven = fitAsymmetric(laplace.map((value) => (value > 0 ? 2 * value : value)));
  expect(uneven.right / uneven.left).toBeCloseTo(2, 1);
  expect(fitAsymmetric([0, 0]).shape).toBeNaN();
});

test("a folder's statistics as a file; too few patches and another file are refused", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tatami-niqe-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const seed of [1, 2, 3, 4]) {
    const { width, height, data } = deadLeaves(240, seed);
    const grey = sharp(Uint8Array.from(data), { raw: { width, height, channels: 1 } });
    await grey
      .toColourspace("b-w")
      .png()
      .toFile(join(folder, `${seed}.png`));
  }
  const read: number[] = [];
  const fitted = await fitNiqeFolder(folder, 16, (ready) => read.push(ready));
  expect(read).toEqual([1, 2, 3, 4]);
  expect(fitted).toMatchObject({ kind: "niqe", pictures: 4, side: 16 });
  const path = join(folder, "niqe.json");
  await writeFile(path, JSON.stringify(fitted));
  const again = lumaOf(await readPicture(join(folder, "1.png")));
  expect(niqe(await readNiqe(path), again)).toBe(niqe(fitted, again));
  await expect(fitNiqeFolder(folder, 120)).rejects.toMatchObject({ code: "input-not-found" });
  await writeFile(path, "{}");
  await expect(readNiqe(path)).rejects.toMatchObject({ code: "invalid-model" });
  await expect(readNiqe(join(folder, "none.json"))).rejects.toMatchObject({ code: "input-not-found" });
  expect(niqe(fitted, { width: 48, height: 48, data: new Float32Array(48 * 48).fill(9) })).toBeNaN();
});
