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
      if (index % 100 === 99) samples.push(memoryInUse());
    },
  });
  expect((await upscale("synthetic", { model: upscaler, codecs: [driver] })).frames).toBe(frames);
  expect(frameLedger.open).toBe(0);
  expect(frameLedger.peak).toBeLessThanOrEqual(10);
  // What is kept for ever is in every later sample; what is only not swept yet is in some. So floors are
  // compared: after the first thousand frames, which warm caches, the floor may rise by 2 KiB a frame at most,
  // a tenth of one frame's planes.
  const floor = (some: readonly number[]): number => Math.min(...some);
  console.log(
    `memory each 100 frames: ${samples.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(" ")} MiB`,
  );
  expect(floor(samples.slice(-15)) - floor(samples.slice(10, 25))).toBeLessThan(frames * 2 ** 11);
});

function memoryInUse(): number {
  if (!globalThis.gc) throw new Error("run with --expose-gc: what is not collected yet would count as kept");
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
