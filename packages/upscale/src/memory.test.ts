/** Five thousand frames through the whole front door: nothing may pile up. */

import { frameLedger } from "@tatami/core";
import { expect, it } from "vitest";
import { nearestModel } from "./testing/models.ts";
import { createSyntheticDriver } from "./testing/synthetic-driver.ts";
import { upscale } from "./upscale.ts";
import { createUpscaler } from "./upscaler.ts";

const frames = 5000;

it(`holds its memory over ${frames} frames`, { timeout: 120_000 }, async () => {
  frameLedger.reset();
  await using upscaler = await createUpscaler({ model: nearestModel(), backends: ["onnx-wasm"], threads: 1 });
  const samples: number[] = [];
  const driver = createSyntheticDriver({
    width: 160,
    height: 90,
    frames,
    onWrite: (index) => {
      if (index % 500 === 499) samples.push(memoryInUse());
    },
  });
  expect((await upscale("synthetic", { model: upscaler, codecs: [driver] })).frames).toBe(frames);
  expect(frameLedger.open).toBe(0);
  expect(frameLedger.peak).toBeLessThanOrEqual(10);
  // The first thousand frames warm caches; from there to the end memory may breathe but not grow.
  const largest = (some: readonly number[]): number => Math.max(...some);
  console.log(
    `memory each 500 frames: ${samples.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(" ")} MiB`,
  );
  expect(largest(samples.slice(-3)) - largest(samples.slice(1, 4))).toBeLessThan(24 * 2 ** 20);
});

function memoryInUse(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
