import { readFile } from "node:fs/promises";
import { describe, expect, inject, test } from "vitest";
import { lumaPsnr, shrinkLuma } from "../support/luma.ts";
import { recordGaps } from "../support/main-thread.ts";
import { frogClip, shortClip } from "../support/clips.ts";
import { openOneFilePage } from "../support/one-file-page.ts";
import { readVideo } from "../support/read-video.ts";

const chromium = inject("chromium");
const folder = inject("page");

describe.skipIf(chromium === "")("from file to saved file", () => {
  test("twice as large, every frame at its time, sound untouched, the page never frozen", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const { page, errors, strangers } = opened;
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await opened.choose(frogClip);
    await page.getByText("240 × 160 becomes 480 × 320").waitFor();
    const endRecording = await recordGaps(page);
    await opened.start();
    await page.waitForFunction(() => document.querySelector<HTMLProgressElement>("#progress")!.value > 0);
    await page.locator("#preview[data-shows=both]").waitFor();
    expect(await previewIsBlank(page)).toBe(false);
    await opened.waitFor("done");
    const gaps = await endRecording();
    const saved = await save(page);

    const before = await readVideo(new Uint8Array(await readFile(frogClip)));
    const after = await readVideo(saved.bytes);
    expect(saved.name).toBe("frog-480x320.mp4");
    expect([after.width, after.height]).toEqual([before.width * 2, before.height * 2]);
    expect(after.timestamps).toHaveLength(before.timestamps.length);
    expect(after.timestamps).toEqual(before.timestamps);
    expect(lumaPsnr(shrinkLuma(after.first), before.first)).toBeGreaterThan(30);
    expect(gaps.ticks).toBeGreaterThan(20);
    expect(gaps.longestTaskMs).toBeLessThan(200);
    const crowded = 2 * gaps.idleThreadMs;
    expect(gaps.longestMs, `of which the machine's: ${crowded}`).toBeLessThan(200 + crowded);
    expect(errors).toEqual([]);
    expect(strangers).toEqual([]);
    expect(after.audio).toEqual(before.audio);
  });

  test("a second run starts from the first one's end, with other settings and another file", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const { page, errors } = opened;
    await opened.choose(shortClip);
    await opened.start();
    await opened.waitFor("done");
    const first = await save(page);
    const firstUrl = await page.locator("#save").getAttribute("href");

    await page.locator("[data-view=done] [data-action=back]").click();
    await opened.waitFor("ready");
    await opened.choose({ name: "second.mp4", mimeType: "video/mp4", buffer: await readFile(shortClip) });
    await page.getByLabel("Format").selectOption("vp9");
    await opened.start();
    await opened.waitFor("done");
    const second = await save(page);

    expect(second.name).toBe("second-480x320.mp4");
    const [one, two] = [await readVideo(first.bytes), await readVideo(second.bytes)];
    expect([one.codec, two.codec]).toEqual(["avc", "vp9"]);
    expect(two.timestamps).toEqual(one.timestamps);
    const stillThere = await page.evaluate(
      (url) =>
        fetch(url).then(
          () => true,
          () => false,
        ),
      firstUrl!,
    );
    expect(stillThere).toBe(false);
    expect(errors.filter((text) => !text.includes("ERR_FILE_NOT_FOUND"))).toEqual([]);
  });

  test("straight to disk: what the person's file holds is the upscaled video", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const { page, errors } = opened;
    await opened.choose(shortClip);
    // The picker is the browser's own window, so a real file handle stands in for what it gives.
    await page.evaluate(() => {
      const picker = async ({ suggestedName }: { suggestedName: string }): Promise<FileSystemFileHandle> =>
        (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
      Object.assign(window, { showSaveFilePicker: picker });
    });
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
    expect([after.width, after.height]).toEqual([480, 320]);
    expect(after.timestamps).toEqual(before.timestamps);
    expect(errors).toEqual([]);
  });
});

type Page = Awaited<ReturnType<typeof openOneFilePage>>["page"];

const save = async (page: Page): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> => {
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#save").click()]);
  return { name: download.suggestedFilename(), bytes: new Uint8Array(await readFile(await download.path())) };
};

/** Whether the preview's picture has one colour only. */
const previewIsBlank = (page: Page): Promise<boolean> =>
  page.locator("#preview canvas").evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const copy = new OffscreenCanvas(width, height).getContext("2d")!;
    copy.drawImage(canvas as HTMLCanvasElement, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size < 100;
  });
