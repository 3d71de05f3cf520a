/** Five thousand frames through the whole front door: nothing may pile up. */

import type { CodecDriver, Frame } from "@tatami/core";
import { createFrame, createPlane, frameLedger, unstatedColor } from "@tatami/core";
import { createUpscaler, upscale } from "@tatami/upscale";
import { expect, it } from "vitest";
import { tinyModel } from "../support/tiny-model.ts";

const frames = 5000;
const size = { width: 160, height: 90 };

it(`holds its memory over ${frames} frames`, async () => {
  await using upscaler = await createUpscaler({ model: tinyModel(), backends: ["onnx-wasm"], threads: 1 });
  const samples: number[] = [];
  let written = 0;
  const driver = syntheticDriver((frame) => {
    frame.close();
    written += 1;
    if (written % 500 === 0) samples.push(memoryInUse());
  });
  const report = await upscale("synthetic", { model: upscaler, codecs: [driver] });
  expect(report.frames).toBe(frames);
  expect(frameLedger.open).toBe(0);
  expect(frameLedger.peak).toBeLessThanOrEqual(10);
  // The first thousand frames warm caches; from there to the end memory may breathe but not grow.
  const [early, late] = [samples.slice(1, 4), samples.slice(-3)].map((some) => Math.max(...some)) as [
    number,
    number,
  ];
  console.log(
    `memory: ${samples.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(" ")} MiB, each 500 frames`,
  );
  expect(late - early).toBeLessThan(24 * 2 ** 20);
});

function memoryInUse(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function syntheticDriver(take: (frame: Frame) => void): CodecDriver {
  const encoding = {
    container: "mp4",
    codec: "avc",
    rejected: [],
    bitrate: 1,
    copied: [],
    leftOut: [],
  } as const;
  return {
    name: "mediabunny",
    open: async () => ({
      description: {
        container: "synthetic",
        duration: frames / 25,
        tracks: [],
        blindSpots: [],
        video: {
          ...size,
          codec: "none",
          rotation: 0,
          pixelAspectRatio: { numerator: 1, denominator: 1 },
          color: unstatedColor,
          bitDepth: 8,
          hasAlpha: false,
          frameCount: frames,
          frameRate: 25,
          ticksPerSecond: 25,
          bitrate: null,
        },
      },
      async *frames() {
        for (let index = 0; index < frames; index++) {
          const luma = createPlane(size);
          luma.data.fill(index & 255);
          const chroma = () => createPlane({ width: size.width / 2, height: size.height / 2 });
          yield createFrame({ luma, chroma: [chroma(), chroma()] }, { timestamp: index / 25 }, "memory test");
        }
      },
      [Symbol.asyncDispose]: async () => {},
    }),
    planWrite: async () => encoding,
    write: async () => ({
      encoding,
      write: async (frame) => take(frame),
      finish: async () => ({ frames, size: 0 }),
      cancel: async () => {},
      [Symbol.asyncDispose]: async () => {},
    }),
  };
}
