/** examples/01-one-file with a camera that does not move: the best still of a moment, and frames that are fused. */

import { readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";
import type { OneFilePage } from "../../support/browser/one-file-page.ts";
import { quietFrames, writeQuietClip } from "../../support/quiet-clip.ts";

const chromium = inject("chromium");
const pictures = fileURLToPath(new URL("../../.output/screenshots", import.meta.url));
const clip = fileURLToPath(new URL("../../.output/fixed-camera/door.mp4", import.meta.url));
const frames = quietFrames.before + quietFrames.moving + quietFrames.after;

describe.skipIf(chromium === "")("a camera that does not move", () => {
  let opened: OneFilePage;
  beforeAll(async () => {
    await writeQuietClip(clip);
    opened = await openOneFilePage({ chromium, page: inject("page") });
    await opened.choose(clip);
    await opened.page.locator("#ready-viewer .stage[aria-busy=false][data-shows=both]").waitFor();
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
    await rm(clip, { force: true });
  });

  it("gives the best still of the moment that is shown, says what it rests on, and saves it", async () => {
    const { page } = opened;
    const told = page.locator("#still-told");
    const save = page.getByRole("link", { name: "Save picture" });
    expect(await save.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Best still" }).click();
    await save.waitFor();
    expect(await told.innerText()).toMatch(
      new RegExp(`^${frames} frames were looked at: half of the picture rests on \\d+`),
    );
    await page.screenshot({ path: `${pictures}/best-still.png`, fullPage: true });
    const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
    expect(download.suggestedFilename()).toMatch(/^door .*\.png$/);
    const made = sharp(await readFile(await download.path()));
    expect(await made.metadata()).toMatchObject({ format: "png", width: 384, height: 256 });
    // another setting is of another picture
    await page.locator("#strength").fill("50");
    await expect.poll(() => save.isVisible()).toBe(false);
    expect(await told.innerText()).toMatch(/a camera that does not move$/);
  });

  it("has its frames fused on request, and the page says what came of it", async () => {
    const { page } = opened;
    await opened.pickMore("fuse", "static");
    await opened.start();
    await opened.waitFor("done");
    const row = page.locator("dt", { hasText: "Fixed camera" }).locator("+ dd");
    expect(await row.textContent()).toMatch(/frames fused|gains nothing/);
    expect(opened.errors).toEqual([]);
    expect(opened.strangers).toEqual([]);
  });
});
