/** examples/01-one-file with what no browser reads: FFmpeg's core does, in the page's worker. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeMuxedClip } from "@tatami/codecs/testing";
import { describe, expect, inject, it } from "vitest";
import type { Look } from "../../support/browser/example-page.ts";
import { lookAtPage } from "../../support/browser/example-page.ts";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";
import { readVideo } from "../../support/read-video.ts";

const chromium = inject("chromium");
const golden = (name: string): string =>
  fileURLToPath(new URL(`../../golden/awkward/${name}`, import.meta.url));
const looks: readonly Look[] = [{ colorScheme: "dark", width: 390 }];

describe.skipIf(chromium === "")("recordings that browsers do not read", () => {
  it.each([true, false])("an AVI becomes a larger MP4 (isolated: %s)", async (isolated) => {
    await using opened = await openOneFilePage({ chromium, page: inject("page"), isolated });
    const { page, errors, strangers } = opened;
    await opened.choose(golden("opencv__divx.avi"));
    // what it is, and its first picture, before anything is done with it
    await page.getByText("176 × 144 becomes 352 × 288 · 1.2 s · 32 KB · AVI, MPEG-4").waitFor();
    await page.locator("#ready-viewer .stage[data-shows=both]").waitFor();
    const levels = await page.locator("#ready-viewer canvas.before").evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const copy = new OffscreenCanvas(width, height).getContext("2d")!;
      copy.drawImage(canvas as HTMLCanvasElement, 0, 0);
      return [width, height, new Set(copy.getImageData(0, 0, width, height).data).size];
    });
    expect(levels.slice(0, 2)).toEqual([176, 144]);
    expect(levels[2]).toBeGreaterThan(20);
    expect(await lookAtPage(page, `avi-ready-${isolated}`, looks)).toEqual([]);
    await opened.start();
    await opened.waitFor("done");
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#save").click()]);
    const video = await readVideo(new Uint8Array(await readFile(await download.path())));
    expect([video.width, video.height, video.timestamps.length]).toEqual([352, 288, 30]);
    expect(new Set(video.first.data).size).toBeGreaterThan(100);
    await page.getByText("This browser cannot play the original").waitFor();
    expect(await lookAtPage(page, `avi-done-${isolated}`, looks)).toEqual([]);
    await page.getByText("How it was made").click();
    const how = await page.locator("#how").innerText();
    expect(how).toMatch(/Read and written by\s+ffmpeg/);
    expect(how).toMatch(/Not used: mediabunny/);
    await expect.poll(() => page.workers()).toEqual([]);
    expect([errors, strangers]).toEqual([[], []]);
  });

  it("what is not as it was in the result is told beside what was left out", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tatami-changed-"));
    try {
      const clip = join(folder, "camera.avi");
      await makeMuxedClip(clip, { format: "avi", video: "mjpeg", pixelFormat: "yuvj422p", frames: 10 });
      await using opened = await openOneFilePage({ chromium, page: inject("page") });
      const { page } = opened;
      await opened.choose(clip);
      await opened.start();
      await opened.waitFor("done");
      const changed = page.locator("#told section", { has: page.locator("[data-told=changed]") });
      expect(await changed.innerText()).toMatch(/^Not as it was\n+The colours are sampled at 4:2:2/);
      expect(await lookAtPage(page, "changed", looks)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("one without a picture in it fails with what is wrong with it", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page") });
    await opened.choose(golden("small__AudioVideoInterleave.avi"));
    await opened.waitFor("failed");
    expect(await opened.page.locator("#failed-fix").innerText()).toMatch(/\w/);
    await expect.poll(() => opened.page.workers()).toEqual([]);
    expect(opened.errors).toEqual([]);
  });
});
