/** Training programs in onnxruntime-web on WebGPU, on a software adapter: tiny networks. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { ResidentOutcome } from "../pages/program-engine/main.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

const chromium = inject("chromium");
/** Shaders take their time on a software adapter. */
const patience = 480_000;

describe.skipIf(chromium === "")("the onnx engine of training programs on WebGPU", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "program-engine", "trainResident", { webgpu: true });
    served.page.setDefaultTimeout(patience);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  // each in a call of its own, so that a slow machine is seen to move
  it.each([
    [0, 10],
    [10, 20],
    [20, 30],
    [30, 100],
  ] as const)(
    "computes the contract's losses and gradients, from number %i to %i",
    { timeout: patience },
    async (from, to) => {
      const parts = await served.call<readonly (readonly [string, number])[]>("compareCases", from, to);
      expect(parts.length).toBeGreaterThan(0);
      expect(parts.filter(([, part]) => !(part < 1e-4))).toEqual([]);
    },
  );

  it(
    "does the reference's steps with weights and moments on the GPU, and goes on from what was saved",
    { timeout: patience },
    async () => {
      const seen = await served.call<ResidentOutcome>("trainResident");
      expect(seen.description).toMatch(/onnxruntime-web, WebGPU/);
      expect(seen.losses.at(-1)).toBeLessThan(seen.losses[0]!);
      expect(seen.lossDeviation).toBeLessThan(1e-5);
      expect(seen.normDeviation).toBeLessThan(1e-4);
      expect(Object.entries(seen.stateDeviations).filter(([, part]) => !(part < 1e-4))).toEqual([]);
      expect(Object.keys(seen.stateDeviations)).toContain("first.expand/average");
      expect(seen.resumed).toBe(true);
    },
  );

  it("tells that the device was lost", { timeout: patience }, async () => {
    expect(await served.call<readonly string[]>("loseDevice")).toEqual(["device-lost", "device-lost"]);
  });
});
