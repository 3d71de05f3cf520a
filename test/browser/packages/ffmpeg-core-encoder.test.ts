/** A file that the browser can neither read nor encode, upscaled to H.264 by FFmpeg's core at both ends. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeMuxedClip, mutedLuma } from "@tatami/codecs/testing";
import { expect, inject, test } from "vitest";
import { readVideo } from "../../support/read-video.ts";
import { openServedPage } from "../../support/browser/served-page.ts";
import { outcomeInPage } from "../../support/browser/upscale-in-page.ts";

const chromium = inject("chromium");

test.skipIf(chromium === "")("H.264 is written where WebCodecs has no encoder for it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tatami-core-encoder-"));
  try {
    const input = join(folder, "clip.flv");
    await makeMuxedClip(input, { format: "flv", video: "flv", audio: "libmp3lame", frames: 90 });
    await using served = await openServedPage(chromium, "ffmpeg-core-table", "upscaleFile");
    expect(await served.call("loseH264")).toEqual(["avc"]);
    const outcome = await outcomeInPage(served, input, { folder, first: "mediabunny" });
    expect(outcome).toMatchObject({ result: "ok", valid: true, driver: "ffmpeg (unsupported-container)" });
    expect(outcome.detail).toMatch(/90 frames, 256×192, 1 audio/);
    const written = await readVideo(new Uint8Array(await readFile(join(folder, "clip.flv.mp4"))));
    expect(written.codec).toBe("avc");
    const { data } = written.first;
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    expect(Math.abs(mean - mutedLuma(0))).toBeLessThan(3);
    await expect.poll(() => served.page.workers().length).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.skipIf(chromium === "")("a browser that encodes H.264 goes on doing so", async () => {
  await using served = await openServedPage(chromium, "ffmpeg-core-table", "upscaleFile");
  expect(await served.call("keepH264")).toEqual([]);
});
