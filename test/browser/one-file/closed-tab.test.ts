import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { framesMd5, makeMuxedClip } from "@tatami/codecs/testing";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";

const chromium = inject("chromium");
const page = inject("page");
const folder = await mkdtemp(join(tmpdir(), "tatami-closed-"));
const clip = join(folder, "long.mp4");

/** Half a minute, in which no frame is like another. */
beforeAll(() =>
  makeMuxedClip(clip, {
    format: "mp4",
    video: "libx264",
    audio: "aac",
    frames: 120,
    rate: 4,
    size: [96, 64],
    encoder: { "x264-params": "keyint=4:scenecut=0", preset: "ultrafast" },
    draw: ([luma, ...chroma], strides, index) => {
      for (let at = 0; at < luma!.length; at++) {
        const [x, y] = [at % strides[0]!, (at / strides[0]!) | 0];
        luma![at] = 40 + ((((x + index * 2) * 5) ^ ((y + index) * 3)) % 170);
      }
      chroma.forEach((plane) => plane.fill(128));
    },
  }),
);
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(chromium === "")("a tab that is closed while it upscales", () => {
  it("goes on when the same video is chosen again: every frame as if it had not been closed", async () => {
    await using opened = await openOneFilePage({ chromium, page });
    const { page: first } = opened;
    const url = first.url();
    const begin = async (tab: Page): Promise<void> => {
      await tab.setInputFiles("#file", clip);
      await tab.getByRole("button", { name: "Upscale", exact: true }).click();
    };
    await begin(first);
    await expect.poll(() => countParts(first), { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
    await first.close({ runBeforeUnload: false });

    const second = await first.context().newPage();
    await second.goto(url);
    const kept = await countParts(second);
    expect(kept).toBeGreaterThanOrEqual(2);
    expect(kept).toBeLessThan(6);
    await second
      .locator("#kept-jobs")
      .getByText(/^long\.mp4: \d+ % is there/)
      .waitFor();
    await begin(second);
    const resumed = await finish(second);
    const wentOn = await second.locator("dt", { hasText: "Went on" }).locator("+ dd").textContent();
    expect(wentOn).toMatch(/^\d+ of 120 frames were there from before$/);
    // nothing stays of what is done
    expect(await countParts(second)).toBe(0);

    await second.goto(url);
    expect(await second.locator("#kept-jobs").isVisible()).toBe(false);
    await begin(second);
    const straight = await finish(second);
    expect(straight).toHaveLength(120);
    expect(new Set(straight).size).toBe(120);
    expect(resumed).toEqual(straight);
  });

  it("can be forgotten", async () => {
    await using opened = await openOneFilePage({ chromium, page });
    const { page: tab, errors } = opened;
    await opened.choose(clip);
    await opened.start();
    await expect.poll(() => countParts(tab), { timeout: 60_000 }).toBeGreaterThanOrEqual(1);
    const url = tab.url();
    await tab.close({ runBeforeUnload: false });
    const again = await tab.context().newPage();
    await again.goto(url);
    await again.getByRole("button", { name: "Remove what is there of long.mp4" }).click();
    await again.locator("#kept-jobs").waitFor({ state: "hidden" });
    expect(await countParts(again)).toBe(0);
    expect(errors).toEqual([]);
  });
});

/** Finished parts in the browser's storage for the page. */
function countParts(tab: Page): Promise<number> {
  return tab.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const home = await root.getDirectoryHandle("tatami").catch(() => undefined);
    let count = 0;
    for await (const [, job] of home?.entries() ?? [])
      for await (const [name, file] of (job as FileSystemDirectoryHandle).entries())
        if (name.endsWith(".part") && (await (file as FileSystemFileHandle).getFile()).size > 0) count++;
    return count;
  });
}

/** Sums of the frames of the result, once it is there. */
async function finish(tab: Page): Promise<readonly string[]> {
  await tab.waitForSelector("body[data-state=done]");
  const [download] = await Promise.all([tab.waitForEvent("download"), tab.locator("#save").click()]);
  const path = join(folder, "saved.mp4");
  await download.saveAs(path);
  expect((await readFile(path)).length).toBeGreaterThan(1000);
  return framesMd5(path);
}
