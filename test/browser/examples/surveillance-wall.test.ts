/** The page of examples/04-surveillance-wall. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { bunnyClip, frogClip } from "../../support/clips.ts";
import { lookAtPage, openExamplePage } from "../../support/browser/example-page.ts";
import { recordGaps } from "../../support/browser/main-thread.ts";
import { writeQuietClip } from "../../support/quiet-clip.ts";

const chromium = inject("chromium");
/** What no browser reads. */
const avi = fileURLToPath(new URL("../../golden/awkward/opencv__divx.avi", import.meta.url));
const quiet = fileURLToPath(new URL("../../.output/quiet-wall.mp4", import.meta.url));

interface Tile {
  readonly name: string;
  readonly shows: string;
  readonly frames: number;
  readonly failed: boolean;
}

describe.skipIf(chromium === "")("a surveillance wall", () => {
  beforeAll(() => writeQuietClip(quiet));

  it("plays and enlarges all recordings at once, large and small, come and go; says which cannot be played", async () => {
    await using opened = await openExamplePage(chromium, inject("surveillanceWallPage"));
    const { page, errors } = opened;
    expect(await lookAtPage(page, "wall-empty")).toEqual([]);
    const broken = {
      name: "broken.mp4",
      mimeType: "video/mp4",
      buffer: Buffer.from("no video ".repeat(500)),
    };
    await page.setInputFiles("#file", [bunnyClip, frogClip, quiet]);
    await opened.waitFor("working");
    const endGaps = await recordGaps(page);
    const tiles = (): Promise<Tile[]> =>
      page.locator(".tile").evaluateAll((all) =>
        (all as HTMLElement[]).map((tile) => ({
          name: tile.querySelector("h3")!.textContent,
          shows: tile.dataset["shows"] ?? "",
          frames: Number(tile.dataset["frames"] ?? 0),
          failed: "failed" in tile.dataset,
        })),
      );
    const playing = async (): Promise<number> => (await tiles()).filter(({ frames }) => frames > 20).length;
    await expect.poll(playing, { timeout: 60_000 }).toBe(3);
    // one more, while the others go on
    await page.setInputFiles("#file", [avi]);
    // long enough for each to be played more than once
    await expect.poll(playing, { timeout: 60_000 }).toBe(4);
    expect((await tiles()).map(({ shows, failed }) => [shows, failed])).toEqual([
      ["640×360", false],
      ["480×320", false],
      ["384×256", false],
      ["352×288", false],
    ]);
    expect(await page.locator("#engine").textContent()).toMatch(/^m3-x2-camera on WebAssembly.* one worker/);
    // where nothing moves, nothing is computed
    await expect
      .poll(() => page.locator(".tile").nth(2).getAttribute("data-moves"), { timeout: 30_000, interval: 20 })
      .toBe("false");
    for (const changed of await page.locator(".tile [data-figure=changed]").allInnerTexts())
      expect(changed).toMatch(/^\d+ %$/);
    expect((await endGaps()).longestTaskMs).toBeLessThan(100);
    expect(await lookAtPage(page, "wall-working")).toEqual([]);

    // by keyboard alone: one is made large, another in its place, all alike again, one taken off
    const meadow = page.getByRole("button", { name: "bunny-320x180.mp4, large" });
    const pond = page.getByRole("button", { name: "frog-240x160.mp4, large" });
    const widthOf = async (at: number): Promise<number> =>
      (await page.locator(".tile").nth(at).boundingBox())!.width;
    const small = await widthOf(0);
    await meadow.focus();
    await page.keyboard.press("Enter");
    expect(await meadow.getAttribute("aria-pressed")).toBe("true");
    expect(await widthOf(0)).toBeGreaterThan(1.4 * small);
    expect(await widthOf(1)).toBeLessThan(small);
    expect(await lookAtPage(page, "wall-large")).toEqual([]);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await widthOf(1)).toBeGreaterThan(1.4 * small);
    expect(await widthOf(0)).toBeLessThan(small);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Escape");
    expect(await pond.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await widthOf(1)).toBeCloseTo(small, 0);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect((await tiles()).map(({ name }) => name)).toEqual([
      "bunny-320x180.mp4",
      "quiet-wall.mp4",
      "opencv__divx.avi",
    ]);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
      "quiet-wall.mp4, large",
    );
    await page.getByRole("button", { name: "Stop" }).click();
    await opened.waitFor("empty");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("drop-title");
    await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);

    await page.setInputFiles("#file", [
      { name: "meadow.mp4", mimeType: "video/mp4", buffer: await readFile(bunnyClip) },
      broken,
    ]);
    await expect.poll(async () => (await tiles())[1]?.failed, { timeout: 30_000 }).toBe(true);
    await expect.poll(async () => (await tiles())[0]!.frames, { timeout: 30_000 }).toBeGreaterThan(3);
    expect(await page.locator(".tile .why").nth(1).innerText()).toMatch(
      /^broken\.mp4 is a text, not a video\. Choose a video: /,
    );
    expect(await lookAtPage(page, "wall-one-broken")).toEqual([]);
    for (const { name } of await tiles())
      await page.getByRole("button", { name: `Take ${name} off the wall` }).click();
    await opened.waitFor("empty");

    await page.setInputFiles("#file", [broken]);
    await opened.waitFor("failed");
    expect(await page.locator("#failed-fix").innerText()).toMatch(/\w/);
    expect(await lookAtPage(page, "wall-failed")).toEqual([]);
    await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
    expect(errors).toEqual([]);
  });
});
