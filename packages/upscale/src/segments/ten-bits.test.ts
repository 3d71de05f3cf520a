/** Jobs of ten bits in segments, and what of options does not go with ten bits. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import { makeDeepClip } from "@tatami/codecs/testing";
import type { ColorSpace, DeepPlanes } from "@tatami/core";
import { createDeepPlane, frameLedger } from "@tatami/core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { UpscaleOptions } from "../options.ts";
import { plan } from "../plan.ts";
import { nearestModel } from "../testing/models.ts";
import { upscale } from "../upscale.ts";

const color: ColorSpace = { primaries: "bt2020", transfer: "hlg", matrix: "bt2020-ncl", fullRange: false };
const size = { width: 64, height: 48 };
let folder: string;
let clip: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-ten-bits-"));
  clip = at("clip.mp4");
  // a key frame every two seconds
  await makeDeepClip(clip, { codec: "hevc", format: "mp4", frames: 120, color, draw });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => frameLedger.reset());

/** Levels that only ten bits have, which rise as time goes on. */
function draw(index: number): DeepPlanes {
  const luma = createDeepPlane(size, 10);
  luma.data.forEach((_, i) => (luma.data[i] = 301 + 2 * index + 4 * (i % 8)));
  const grey = createDeepPlane({ width: 32, height: 24 }, 10);
  grey.data.fill(513);
  return { luma, chroma: [grey, { ...grey, data: grey.data.slice() }] };
}

const options: UpscaleOptions = { model: nearestModel(), backends: ["wasm"], threads: 1, crf: 6 };

async function lumasOf(path: string) {
  await using reader = await nodeDriver().open(path, { bitDepth: "source" });
  const shown: { readonly timestamp: number; readonly mean: number }[] = [];
  for await (const { timestamp, ...frame } of reader.frames()) {
    const { data } = (await frame.deepPlanes!()).luma;
    shown.push({ timestamp, mean: data.reduce((sum, level) => sum + level, 0) / data.length });
    frame.close();
  }
  return { shown, video: reader.description.video };
}

test("segments of ten bits are joined to what one run makes: every frame, its time, its level and its colours", async () => {
  const outputs = [at("whole.mp4"), at("parts.mp4")] as const;
  await upscale(clip, { ...options, output: outputs[0] });
  const report = await upscale(clip, { ...options, output: outputs[1], resume: { segmentSeconds: 1 } });
  expect(report.progress.segments?.total).toBe(3);
  expect(report.encoding).toMatchObject({
    codec: "hevc",
    pixelFormat: "yuv420p10le",
    crf: 6,
    encoder: "libx265",
  });
  const [whole, parts] = [await lumasOf(outputs[0]), await lumasOf(outputs[1])];
  expect(parts.shown.map(({ timestamp }) => timestamp)).toEqual(
    whole.shown.map(({ timestamp }) => timestamp),
  );
  expect(parts.shown.length).toBe(120);
  for (const { shown, video } of [whole, parts]) {
    expect(video).toMatchObject({ bitDepth: 10, color });
    // the mean of a row of eight: 301 + 2 · index + 14, of which a quarter has no level of 8 bits
    shown.forEach(({ mean }, index) => expect(Math.abs(mean - (315 + 2 * index))).toBeLessThan(1.5));
  }
  expect(frameLedger.open).toBe(0);
});

test("a plan says what will be written; what does not go together ends before anything is read", async () => {
  const planned = await plan(clip, { ...options, output: at("planned.mkv"), preset: "ultrafast" });
  expect(planned.encoding).toMatchObject({
    codec: "hevc",
    preset: "ultrafast",
    crf: 6,
    pixelFormat: "yuv420p10le",
  });
  const sdr = await plan(clip, { ...options, toSdr: true });
  expect(sdr.encoding).toMatchObject({ codec: "avc", pixelFormat: "yuv420p" });
  const wrong: readonly (readonly [Partial<UpscaleOptions>, RegExp])[] = [
    [{ toSdr: true, pixelFormat: "yuv420p10le" }, /options\.toSdr/],
    [{ quality: 50 }, /not both/],
    [{ encoder: "hardware" }, /software/],
    [{ pixelFormat: "yuv420p" }, /toSdr/],
  ];
  for (const [more, fix] of wrong)
    await expect(plan(clip, { ...options, ...more })).rejects.toMatchObject({
      code: "invalid-option",
      fix: expect.stringMatching(fix),
    });
});
