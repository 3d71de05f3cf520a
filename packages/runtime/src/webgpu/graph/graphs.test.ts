/** Graphs on a device, where the package `webgpu` or the environment has one, emulated ones too, judged by the reference. */

import {
  createSeededRandom,
  largestDifference,
  randomModel,
  randomTensor,
  runReference,
} from "@tatami/graph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAdapter } from "../../onnx/adapter.ts";
import { selfTest } from "../../self-test.ts";
import { seededMamba, seededUnet } from "../../testing/models.ts";
import type { FrameBackend } from "../backend.ts";
import { createWebGpuBackend } from "../backend.ts";

const found = await openAdapter(true).catch(() => undefined);
if (!found) console.warn("There is no WebGPU here: graphs on it are NOT tested. Install the package webgpu.");

describe.skipIf(!found)("graphs on WebGPU", () => {
  let backend: FrameBackend;
  beforeAll(async () => {
    backend = await createWebGpuBackend({ acceptSoftwareAdapter: true });
  });
  afterAll(() => backend[Symbol.asyncDispose]());

  it.each([
    ["scans in windows", seededMamba({ features: 16, states: 8, window: 8 })],
    [
      "a full projection, three states",
      seededMamba({ features: 4, states: 3, rank: "full", window: 2, scale: 3 }),
    ],
    ["pointwise mixers", seededMamba({ mixer: "pointwise" })],
    ["a U-Net", seededUnet({ base: 6, depth: 2 })],
  ] as const)("agree with the reference: %s", async (_what, model) => {
    const size = { batch: 3, width: 24, height: 16 };
    await using executable = await backend.prepare(model, size);
    await selfTest(model, executable, backend.name);
    for (const n of [1, 3]) {
      const picture = randomTensor([n, 1, 16, 24], 0, 1, createSeededRandom(n));
      const [seen, right] = [await executable.infer(picture), runReference(model, picture)];
      expect(seen.shape).toEqual(right.shape);
      expect(largestDifference(seen, right)).toBeLessThan(1e-5);
    }
  });

  it("agree with the reference, whatever they are", async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const block = 1 + (seed % 3);
      const model = randomModel(seed, block);
      const [height, width] = [4 * block, 5 * block];
      await using executable = await backend.prepare(model, { batch: 2, width, height });
      const picture = randomTensor([2, 1, height, width], 0, 1, createSeededRandom(seed));
      const right = runReference(model, picture);
      const most = right.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
      expect(largestDifference(await executable.infer(picture), right), model.name).toBeLessThan(1e-5 * most);
    }
  });
});
