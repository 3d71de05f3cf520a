import {
  constant,
  createSeededRandom,
  depthToSpace,
  enlargeBicubic,
  initialWeights,
  largestDifference,
  randomTensor,
  restorer,
  runProgram,
  runReference,
  verify,
} from "@tatami/graph";
import { describe, expect, it, test } from "vitest";
import { spectrum } from "../../footage/softness.ts";
import { noise } from "../../data/test-support.ts";
import type { LumaPlane } from "../../data/luma.ts";
import { createModelEnlarge } from "../../report/model-enlarge.ts";
import { compileKernels } from "../../run/kernels.ts";
import { walkBack } from "../diffusion.ts";
import { constantsOf, createTddsrNetworks } from "../networks.ts";
import { blockiness, deviation, spectrumDistance } from "./likeness.ts";
import { stepsModel } from "./steps-model.ts";

const shape = restorer.check({ base: 4 });

/** A teacher of all times whose every time is another network. */
function teacherWeights() {
  const weights = initialWeights(createTddsrNetworks(shape).teacher.specs, 5);
  for (const [name, { data }] of Object.entries(weights))
    if (/(gain|shift)\d$/.test(name))
      data.forEach((value, i) => (data[i] = value + 0.2 * Math.sin(i + name.length)));
  return weights;
}

test.each([1, 2, 4])(
  "a teacher in %i steps is the way back that its pupil learns from, and a model",
  async (steps) => {
    const teacher = teacherWeights();
    const model = stepsModel({ base: 4, scale: 2 }, teacher, steps);
    expect(verify(model)).toEqual([]);
    expect(model).toMatchObject({ scale: 2, alignment: 4 });
    const small = randomTensor([1, 1, 8, 12], 0, 1, createSeededRandom(2));
    const { at } = createTddsrNetworks(shape);
    const large = enlargeBicubic(constant(small));
    const back = walkBack(at(constantsOf(teacher)), large, large, constant(small), steps);
    const { result } = runProgram({ name: "test", outputs: { result: depthToSpace(back, 2) } }, {});
    expect(largestDifference(runReference(model, small), result!)).toBeLessThan(1e-5);
    const enlarged = createModelEnlarge(
      await compileKernels(),
      model,
    )({
      width: 12,
      height: 8,
      data: small.data.map((value) => 255 * value),
    });
    expect([enlarged.width, enlarged.height]).toEqual([24, 16]);
  },
);

test("a teacher whose pictures a SESR enlarges is that of its enlarger, too", () => {
  const enlarged = restorer.check({ base: 4, enlarger: { blocks: 1, features: 4 } });
  const networks = createTddsrNetworks(enlarged);
  const enlarger = initialWeights(networks.enlarger.specs, 7);
  const model = stepsModel({ ...enlarged }, teacherWeights(), 2, enlarger);
  expect(verify(model)).toEqual([]);
  const small = randomTensor([1, 1, 8, 12], 0, 1, createSeededRandom(2));
  const large = networks.enlargeBy(networks.enlarger.constants(enlarger))(constant(small));
  const back = walkBack(networks.at(constantsOf(teacherWeights())), large, large, constant(small), 2);
  const { result } = runProgram({ name: "test", outputs: { result: depthToSpace(back, 2) } }, {});
  expect(largestDifference(runReference(model, small), result!)).toBeLessThan(1e-5);
});

test("more steps are another picture", () => {
  const teacher = teacherWeights();
  const small = randomTensor([1, 1, 8, 8], 0, 1, createSeededRandom(3));
  const [one, four] = [1, 4].map((steps) =>
    runReference(stepsModel({ base: 4, scale: 2 }, teacher, steps), small),
  );
  expect(largestDifference(one!, four!)).toBeGreaterThan(1e-4);
});

describe("likeness", () => {
  const side = 64;
  const picture = (valueAt: (x: number, y: number) => number): LumaPlane => ({
    width: side,
    height: side,
    data: Float32Array.from({ length: side ** 2 }, (_, i) => valueAt(i % side, Math.floor(i / side))),
  });
  const grain = noise(side ** 2, 3);
  const noisy = picture((x, y) => 128 + 20 * grain[y * side + x]!);

  it("blocks are steps at every eighth pixel", () => {
    expect(blockiness(noisy)).toBeCloseTo(1, 1);
    const blocks = picture((x, y) => noisy.data[y * side + x]! + 40 * (((x >> 3) + (y >> 3)) % 2));
    expect(blockiness(blocks)).toBeGreaterThan(2);
    const moved = picture((x, y) => noisy.data[y * side + x]! + 40 * (((x + 4) >> 3) % 2));
    expect(blockiness(moved)).toBeLessThan(1);
  });

  it("a blurred picture has less of what is fine, twice the contrast 6 dB more of everything", () => {
    const own = spectrum([noisy]);
    expect(own).toHaveLength(16);
    const blurred = picture(
      (x, y) => (noisy.data[y * side + x]! + noisy.data[y * side + Math.max(0, x - 1)]!) / 2,
    );
    const softer = spectrumDistance(spectrum([blurred]), own);
    expect(softer.above).toBeLessThan(-2);
    const twice = spectrumDistance(spectrum([picture((x, y) => 2 * noisy.data[y * side + x]!)]), own);
    expect(twice.apart).toBeCloseTo(20 * Math.log10(2), 3);
    expect(twice.above).toBeCloseTo(twice.apart, 3);
    expect(spectrumDistance(own, own)).toEqual({ apart: 0, above: 0 });
  });

  it("deviation is that of the chances", () => {
    const many = Array.from({ length: 30 }, (_, seed) => {
      const chance = noise(side ** 2, seed + 10);
      return picture((x, y) => 100 + 3 * Math.sqrt(3) * chance[y * side + x]!);
    });
    expect(deviation(many)).toBeCloseTo(3, 1);
    expect(deviation([noisy, noisy])).toBe(0);
  });
});
