/** Thousands of frames through the whole front door: nothing may pile up. */

import { frameLedger } from "@tatami/core";
import { expect, test } from "vitest";
import { nearestModel } from "./testing/models.ts";
import { createSyntheticDriver } from "./testing/synthetic-driver.ts";
import { upscale } from "./upscale.ts";
import { createUpscaler } from "./upscaler.ts";

const frames = 8000;
/** Bytes that a frame may leave behind: less than what is kept where something is, a promise or two for each of them. */
const most = 64;

test.each([1, 4])(
  `holds its memory over ${frames} frames, %i at once`,
  { timeout: 120_000 },
  async (maxLatencyFrames) => {
    frameLedger.reset();
    const options = { backends: ["onnx-wasm"], threads: 1, maxLatencyFrames } as const;
    await using upscaler = await createUpscaler({ model: nearestModel(), ...options });
    const samples: number[] = [];
    let written = 0;
    const driver = createSyntheticDriver({
      width: 64,
      height: 48,
      frames,
      remember: false,
      onWrite: () => {
        if (++written % 100 === 0) samples.push(memoryInUse());
      },
    });
    expect((await upscale("synthetic", { model: upscaler, codecs: [driver] })).frames).toBe(frames);
    expect(frameLedger.open).toBe(0);
    // 4 decoded ahead, 4 at work, 2 enlarged, and one in the hands of the decoder and of the encoder
    expect(frameLedger.peak).toBeLessThanOrEqual(12);
    // What is kept for ever is in every later sample; what is only not swept yet is in some. So floors are compared,
    // after the first quarter, which warms caches.
    const floor = (some: readonly number[]): number => Math.min(...some);
    const quarter = samples.length / 4;
    const grown = floor(samples.slice(-quarter)) - floor(samples.slice(quarter, 2 * quarter));
    const each = grown / (frames / 2);
    console.log(`${each.toFixed(1)} bytes a frame, of ${(floor(samples) / 2 ** 20).toFixed(0)} MiB`);
    expect(each).toBeLessThan(most);
  },
);

function memoryInUse(): number {
  if (!globalThis.gc) throw new Error("run with --expose-gc: what is not collected yet would count as kept");
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
