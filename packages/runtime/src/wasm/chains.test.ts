/** Random chains on the kernels, beside the reference. */

import type { AnyPlane, PatchJob, Rect, Size } from "@tatami/core";
import { createPlaneLike, scaleSize } from "@tatami/core";
import type { Backend, Model } from "@tatami/graph";
import { createSeededRandom, randomTensor, runReference } from "@tatami/graph";
import fc from "fast-check";
import { afterAll, describe, expect, it, test } from "vitest";
import { gatherPatches, scatterPatches } from "../patch-tensor.ts";
import { deepNoisePlane } from "../testing/planes.ts";
import type { ChainShape } from "../testing/random-chain.ts";
import { chainModel } from "../testing/random-chain.ts";
import { hasRelaxedSimd } from "../testing/relaxed-simd.ts";
import { createWasmBackend } from "./backend.ts";

const builds = hasRelaxedSimd ? (["simd", "relaxed"] as const) : (["simd"] as const);
const opened = new Map<string, Promise<Backend>>();
const backend = (build: "simd" | "relaxed", threads: number): Promise<Backend> => {
  const key = `${build} ${threads}`;
  if (!opened.has(key)) opened.set(key, createWasmBackend({ threads, build }));
  return opened.get(key)!;
};
afterAll(async () => {
  for (const open of opened.values()) await (await open)[Symbol.asyncDispose]();
});

const channels = fc.oneof(fc.integer({ min: 4, max: 32 }), fc.constantFrom(4, 16, 32));
const chain: fc.Arbitrary<ChainShape> = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  scale: fc.integer({ min: 1, max: 4 }),
  layers: fc.array(
    fc.record({
      outputs: channels,
      kernel: fc.constantFrom(1, 3, 3, 5, 7),
      activation: fc.constantFrom("prelu", "relu", "none"),
      residual: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  lastKernel: fc.constantFrom(1, 3, 5, 7),
  centre: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  addPicture: fc.boolean(),
});
const size: fc.Arbitrary<Size> = fc.record({
  width: fc.integer({ min: 1, max: 45 }),
  height: fc.integer({ min: 1, max: 21 }),
});

describe.each(builds)("a random chain on the %s build", (build) => {
  it("agrees with the reference to 1e-4, whatever its shape and the picture's", async () => {
    await fc.assert(
      fc.asyncProperty(chain, size, async (shape, picture) => {
        const model = chainModel(shape);
        await using executable = await (await backend(build, 1)).prepare(model, { batch: 2, ...picture });
        const random = createSeededRandom(shape.seed);
        const input = randomTensor([2, 1, picture.height, picture.width], 0, 1, random);
        const [seen, expected] = [await executable.infer(input), runReference(model, input)];
        expect(seen.shape).toEqual(expected.shape);
        expect(largest(seen.data, expected.data)).toBeLessThan(1e-4);
      }),
      { numRuns: 60 },
    );
  });

  it("writes levels of any depth within one of the reference's, of any kept part, in both ranges, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(chain, size, ranges, parts, async (shape, window, { bits, ...range }, part) => {
        const { fullRange, strength } = range;
        const model = chainModel(shape);
        await using executable = await (await backend(build, 1)).prepare(model, { batch: 1, ...window });
        const job = { ...jobOf(model, window, fullRange, part, shape.seed, bits), strength };
        const expected = copyOf(job);
        const input = gatherPatches([expected], { batch: 1, ...window });
        scatterPatches([expected], input, runReference(model, input));
        await executable.run([job]);
        // 1e-4 of luma are some levels of 16 bits
        const most = Math.max(1, 1e-4 * 2 ** bits);
        expect(largest(job.target.data, expected.target.data)).toBeLessThanOrEqual(most);
      }),
      { numRuns: 70 },
    );
  });
});

test("gives the same bytes on one, two and three threads, in any order of the jobs", async () => {
  await fc.assert(
    fc.asyncProperty(
      chain,
      size,
      fc.array(parts, { minLength: 1, maxLength: 9 }),
      async (shape, window, all) => {
        const model = chainModel(shape);
        const jobs = all.map((part, index) =>
          jobOf(model, window, index % 2 === 1, part, shape.seed + index, index % 3 === 0 ? 10 : 8),
        );
        const results: AnyPlane["data"][][] = [];
        for (const threads of [1, 2, 3]) {
          await using executable = await (
            await backend("simd", threads)
          ).prepare(model, { batch: 1, ...window });
          const mine = jobs.map(copyOf);
          await executable.run(threads === 3 ? mine.toReversed() : mine);
          results.push(mine.map(({ target }) => target.data));
        }
        expect(results[1]).toEqual(results[0]);
        expect(results[2]).toEqual(results[0]);
      },
    ),
    { numRuns: 20 },
  );
});

const ranges = fc.record({
  fullRange: fc.boolean(),
  bits: fc.constantFrom(8, 8, 10, 12, 16),
  strength: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1.5, noNaN: true })),
});

/** A part of a window, as shares of it; and where the window lies in a larger plane. */
const parts = fc.tuple(
  ...Array.from({ length: 4 }, () => fc.double({ min: 0, max: 0.999, noNaN: true })),
  fc.integer({ min: 0, max: 7 }),
  fc.integer({ min: 0, max: 7 }),
);

function jobOf(
  model: Model,
  window: Size,
  fullRange: boolean,
  [left, top, across, down, x, y]: readonly number[],
  seed: number,
  bits = 8,
): PatchJob {
  const from = { x: Math.floor(left! * window.width), y: Math.floor(top! * window.height) };
  const kept: Rect = {
    x: x! + from.x,
    y: y! + from.y,
    width: 1 + Math.floor(across! * (window.width - from.x)),
    height: 1 + Math.floor(down! * (window.height - from.y)),
  };
  const frame = { width: window.width + x! + 3, height: window.height + y! + 2 };
  const source = deepNoisePlane(frame, bits, seed);
  const target = createPlaneLike(source, scaleSize(frame, model.scale));
  target.data.fill(7);
  return { source, target, window: { x: x!, y: y!, ...window }, kept, fullRange };
}

function copyOf(job: PatchJob): PatchJob {
  return { ...job, target: { ...job.target, data: job.target.data.slice() } as AnyPlane };
}

function largest(seen: Float32Array | AnyPlane["data"], expected: Float32Array | AnyPlane["data"]): number {
  let most = 0;
  // NaN must not pass as "not larger"
  seen.forEach((value, i) => {
    const difference = Math.abs(value - expected[i]!);
    if (!(difference <= most)) most = difference;
  });
  return most;
}
