import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { lumaPsnr, shrinkLuma } from "../../support/luma.ts";
import { recordGaps } from "../../support/browser/main-thread.ts";
import { frogClip, shortClip } from "../../support/clips.ts";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";
import { readVideo } from "../../support/read-video.ts";

const chromium = inject("chromium");
const folder = inject("page");

describe.skipIf(chromium === "")("from file to saved file", () => {
  it("twice as large, every frame at its time, sound untouched, the page never held up", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const { page, errors, strangers } = opened;
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const endRecording = await recordGaps(page);
    await opened.choose(frogClip);
    await page.getByText("240 × 160 becomes 480 × 320").waitFor();
    await page.locator("#ready-viewer .stage[data-shows=both]").waitFor();
    await opened.start();
    await page.waitForFunction(() => document.querySelector<HTMLProgressElement>("#progress")!.value > 0);
    await page.locator("#working-viewer .stage[data-shows=both]").waitFor();
    expect(await previewIsBlank(page)).toBe(false);
    await opened.waitFor("done");
    const gaps = await endRecording();
    const saved = await save(page, () => page.locator("#save").click());

    const before = await readVideo(new Uint8Array(await readFile(frogClip)));
    const after = await readVideo(saved.bytes);
    expect(saved.name).toBe("frog-480x320.mp4");
    expect([after.width, after.height]).toEqual([before.width * 2, before.height * 2]);
    expect(after.timestamps).toHaveLength(before.timestamps.length);
    expect(after.timestamps).toEqual(before.timestamps);
    expect(lumaPsnr(shrinkLuma(after.first), before.first)).toBeGreaterThan(30);
    expect(gaps.ticks).toBeGreaterThan(20);
    expect(gaps.longestTaskMs).toBeLessThan(100);
    const crowded = 2 * gaps.idleThreadMs;
    expect(gaps.longestMs, `of which the machine's: ${crowded}`).toBeLessThan(200 + crowded);
    expect(errors).toEqual([]);
    expect(strangers).toEqual([]);
    expect(after.audio).toEqual(before.audio);
  });

  it("with the keyboard alone: a sample, what it is, how strongly, which part; then looked at closely and saved", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const { page, errors } = opened;
    const { keyboard } = page;
    await tabTo(page, "[data-action=sample]");
    await keyboard.press("Enter");
    await page.locator("#ready-viewer .stage[data-shows=both]").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("ready-title");

    await tabTo(page, "#moment");
    for (let frame = 0; frame < 8; frame++) await keyboard.press("ArrowRight");
    await keyboard.press("o");
    await tabTo(page, "[data-mark=start]");
    for (let frame = 0; frame < 2; frame++) await keyboard.press("ArrowRight");
    expect(await page.locator("#cut-text").innerText()).toMatch(/^0:00\.0 to 0:00\.\d of 0:01\.\d$/);
    await tabTo(page, "#presets input");
    for (let step = 0; step < 4; step++) await keyboard.press("ArrowDown");
    expect(await page.locator("#presets :checked").inputValue()).toBe("fastest");
    await tabTo(page, "#strength");
    await keyboard.press("ArrowLeft");
    expect(await page.locator("#strength-value").innerText()).toBe("95 %");
    await keyboard.press("Enter");
    await opened.waitFor("done");

    // the result begins where its part of the original does
    await page.locator("#done-title").focus();
    await keyboard.press(" ");
    const ahead = () =>
      page.evaluate(() => {
        const [after, before] = [...document.querySelectorAll<HTMLVideoElement>("#comparison video")];
        return after!.paused && !before!.seeking ? before!.currentTime - after!.currentTime : undefined;
      });
    await expect.poll(ahead).toBeCloseTo(2 / 30, 2);
    await keyboard.press("2");
    expect(await page.locator("#comparison .magnification").innerText()).toBe("200 %");
    await keyboard.down("b");
    expect(await page.locator("#comparison .stage").getAttribute("data-blink")).toBe("before");
    await keyboard.up("b");
    expect(await page.locator("#comparison .stage").getAttribute("data-blink")).toBe(null);
    await keyboard.press("?");
    expect(await page.getByRole("dialog", { name: "Keys" }).isVisible()).toBe(true);
    await keyboard.press("Escape");
    await tabTo(page, "#save");
    const saved = await save(page, () => keyboard.press("Enter"));
    const { width, height, timestamps } = await readVideo(saved.bytes);
    expect([saved.name, width, height]).toEqual(["frog-480x320.mp4", 480, 320]);
    expect(timestamps.length).toBeGreaterThan(5);
    expect(timestamps.length).toBeLessThan(20);
    expect(errors).toEqual([]);
  });

  it("straight to disk: what the person's file holds is the upscaled video", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const { page, errors } = opened;
    await opened.choose(shortClip);
    // The picker is the browser's own window, so a real file handle stands in for what it gives.
    await page.evaluate(() => {
      const picker = async ({ suggestedName }: { suggestedName: string }): Promise<FileSystemFileHandle> =>
        (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
      Object.assign(window, { showSaveFilePicker: picker });
    });
    await opened.pickMore("codec", "vp9");
    await page.getByLabel("Write straight to disk").check();
    await opened.start();
    await opened.waitFor("done");
    expect(await page.locator("#done-title").textContent()).toBe("Saved to frog-x2.mp4");
    expect(await page.locator("#save").isVisible()).toBe(false);
    const written = await page.evaluate(async () => {
      const disk = await navigator.storage.getDirectory();
      const file = await (await disk.getFileHandle("frog-x2.mp4")).getFile();
      return [...new Uint8Array(await file.arrayBuffer())];
    });
    const after = await readVideo(Uint8Array.from(written));
    const before = await readVideo(new Uint8Array(await readFile(shortClip)));
    expect([after.codec, after.width, after.height]).toEqual(["vp9", 480, 320]);
    expect(after.timestamps).toEqual(before.timestamps);
    expect(errors).toEqual([]);
  });
});

const save = async (
  page: Page,
  press: () => Promise<void>,
): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> => {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return { name: download.suggestedFilename(), bytes: new Uint8Array(await readFile(await download.path())) };
};

/** Presses Tab until an element that matches has the focus. */
const tabTo = async (page: Page, selector: string): Promise<void> => {
  for (let presses = 0; presses < 60; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`No press of Tab reaches ${selector}.`);
};

/** Whether the preview's picture has one colour only. */
const previewIsBlank = (page: Page): Promise<boolean> =>
  page.locator("#working-viewer canvas.after").evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const copy = new OffscreenCanvas(width, height).getContext("2d")!;
    copy.drawImage(canvas as HTMLCanvasElement, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size < 100;
  });
