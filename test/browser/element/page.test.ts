/** The page of examples/07-element. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { bunnyClip } from "../../support/clips.ts";
import { lookAtPage, openExamplePage } from "../../support/browser/example-page.ts";
import { recordGaps } from "../../support/browser/main-thread.ts";
import { serveFolder } from "../../support/browser/serve-folder.ts";

const chromium = inject("chromium");
const clips = fileURLToPath(new URL("../../../examples/clips", import.meta.url));
const avi = fileURLToPath(new URL("../../golden/awkward/opencv__divx.avi", import.meta.url));

describe.skipIf(chromium === "")("the page of the element", () => {
  it("enlarges a video in place, changes it live, and gives the HTML for it", async () => {
    await using opened = await openExamplePage(chromium, inject("elementPage"));
    const { page, errors } = opened;
    expect(await lookAtPage(page, "element-empty")).toEqual([]);
    const endGaps = await recordGaps(page);
    await page.setInputFiles("#file", bunnyClip);
    await until(page, "upscaling");
    const seen = page.locator("#seen");
    await expect.poll(() => seen.innerText()).toMatch(/^320 × 180, enlarged, [\d.]+ pictures a second\.$/);
    expect(await markup(page)).toBe('<tatami-video src="bunny-320x180.mp4" compare></tatami-video>');

    // by keyboard: stands still, another model, half as strong, without the line
    await page.locator("#player").focus();
    await page.keyboard.press("k");
    await expect.poll(() => seen.innerText()).toBe("320 × 180, enlarged.");
    await page.getByLabel("Model").selectOption("micro-x2");
    await until(page, "upscaling");
    const full = await detail(page);
    await page.getByLabel("Strength").focus();
    await page.keyboard.press("Home");
    expect(await page.locator("#strength-value").innerText()).toBe("0: ordinary enlargement");
    await expect.poll(() => detail(page)).toBeLessThan(0.97 * full);
    for (let step = 0; step < 10; step++) await page.keyboard.press("ArrowRight");
    await page.locator("#player").focus();
    await page.keyboard.press("c");
    expect(await page.getByLabel("Line between before and after").isChecked()).toBe(false);
    expect(await markup(page)).toBe(
      '<tatami-video src="bunny-320x180.mp4" model="micro-x2" strength="0.5"></tatami-video>',
    );
    await page.locator("#player").focus();
    await page.keyboard.press("c");
    expect(await page.getByLabel("Line between before and after").isChecked()).toBe(true);
    expect((await endGaps()).longestTaskMs).toBeLessThan(100);
    expect(await lookAtPage(page, "element-upscaling")).toEqual([]);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("defineTatamiVideo();");
    expect(errors).toEqual([]);
  });

  it("takes an address, typed or pasted, and says what cannot be played or read", async () => {
    await using opened = await openExamplePage(chromium, inject("elementPage"));
    const { page, errors } = opened;
    await using open = await serveFolder(clips, {
      "Access-Control-Allow-Origin": "*",
      "Cross-Origin-Resource-Policy": "cross-origin",
    });
    const address = `${open.url}/frog-240x160.mp4`;
    await page.getByLabel("address").fill(address);
    await page.keyboard.press("Enter");
    await until(page, "upscaling");
    expect(await markup(page)).toBe(`<tatami-video src="${address}" compare crossorigin></tatami-video>`);
    await paste(page, `${open.url}/bunny-320x180.mp4`);
    await expect.poll(() => page.locator("#working-title").innerText()).toBe("bunny-320x180.mp4");
    await until(page, "upscaling");

    await page.setInputFiles("#file", { name: "old.avi", mimeType: "", buffer: await readFile(avi) });
    await until(page, "failed");
    await expect.poll(() => page.locator("#seen").innerText()).toMatch(/^This browser does not play it\./);
    expect(await lookAtPage(page, "element-failed")).toEqual([]);
    await page.getByRole("button", { name: "Back to the start" }).click();
    await opened.waitFor("empty");
    await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
    expect(errors.filter((error) => !/Failed to load|ERR_/.test(error))).toEqual([]);
  });
});

const until = (page: Page, state: string): Promise<unknown> =>
  page.waitForSelector(`#player[data-state=${state}]`, { timeout: 60_000 });

const markup = async (page: Page): Promise<string> =>
  (await page.locator("#markup").innerText()).split("\n")[0]!;

/** How much neighbours differ in the larger picture, right of the line. */
const detail = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const canvas = document.querySelector("#player")!.shadowRoot!.querySelector("canvas")!;
    const { width, height } = canvas;
    if (width === 0) return 0;
    const context = new OffscreenCanvas(width, height).getContext("2d")!;
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(width / 2 + 4, 0, width / 2 - 4, height);
    let sum = 0;
    for (let at = 4; at < data.length; at += 4) sum += Math.abs(data[at + 1]! - data[at - 3]!);
    return sum / data.length;
  });

const paste = (page: Page, text: string): Promise<void> =>
  page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
  }, text);
