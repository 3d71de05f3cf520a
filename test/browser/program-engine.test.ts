/** Training programs in onnxruntime-web on WebGPU, on a software adapter: tiny networks. */

import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { ResidentOutcome } from "./pages/program-engine/main.ts";
import type { ServedPage } from "../support/served-page.ts";
import { openServedPage } from "../support/served-page.ts";

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

  test("computes a loss, its terms and its gradient", { timeout: patience }, async () => {
    expect(await served.call<number>("compareGradients")).toBeLessThan(1e-5);
  });

  test(
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

  test("tells that the device was lost", { timeout: patience }, async () => {
    expect(await served.call<readonly string[]>("loseDevice")).toEqual(["device-lost", "device-lost"]);
  });
});
