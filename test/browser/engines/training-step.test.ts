/** A training step as an ONNX file on onnxruntime-web's WebGPU engine, on a software adapter. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { TrainingOutcome } from "../pages/training-step/main.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("a training step on WebGPU", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "training-step", "trainOnWebGpu", { webgpu: true });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it("has every other op of gradients too", async () => {
    expect(await served.call<number>("differentiateOtherOps")).toBeLessThan(1e-5);
  });

  it.each([
    [2, 16, 2],
    [4, 32, 1],
  ] as const)(
    "moves the weights as the reference does: ×%i, %i channels, %i blocks",
    async (scale, features, depth) => {
      const seen = await served.call<TrainingOutcome>("trainOnWebGpu", scale, features, depth, 3);
      expect(seen.losses.at(-1)).toBeLessThan(seen.losses[0]!);
      expect(seen.lossDeviation).toBeLessThan(1e-5);
      for (const [name, deviation] of Object.entries(seen.deviations)) {
        expect([name, deviation < 1e-5]).toEqual([name, true]);
      }
    },
  );
});
