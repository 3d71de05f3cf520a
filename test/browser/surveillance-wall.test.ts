/** The page of examples/04-surveillance-wall. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { bunnyClip, frogClip } from "../support/clips.ts";
import type { Look } from "../support/example-page.ts";
import { lookAtPage, openExamplePage } from "../support/example-page.ts";
import { writeQuietClip } from "../support/quiet-clip.ts";

const chromium = inject("chromium");
/** What no browser reads. */
const avi = fileURLToPath(new URL("../golden/awkward/opencv__divx.avi", import.meta.url));
const quiet = fileURLToPath(new URL("../.output/quiet-wall.mp4", import.meta.url));
const looks: readonly Look[] = [1280, 390].map((width) => ({ colorScheme: "dark", width }));

interface Tile {
  readonly name: string;
  readonly shows: string;
  readonly frames: number;
  readonly failed: boolean;
}

describe.skipIf(chromium === "")("a surveillance wall", () => {
  beforeAll(() => writeQuietClip(quiet));

  test("plays and enlarges all recordings at once, and says which cannot be played", async () => {
    await using opened = await openExamplePage(chromium, inject("surveillanceWallPage"));
    const { page, errors } = opened;
    expect(await lookAtPage(page, "wall-empty", looks)).toEqual([]);
    const broken = {
      name: "broken.mp4",
      mimeType: "video/mp4",
      buffer: Buffer.from("no video ".repeat(500)),
    };
    await page.setInputFiles("#file", [bunnyClip, frogClip, quiet, avi]);
    await opened.waitFor("working");
    const tiles = (): Promise<Tile[]> =>
      page.locator(".tile").evaluateAll((all) =>
        (all as HTMLElement[]).map((tile) => ({
          name: tile.querySelector("h3")!.textContent,
          shows: tile.dataset["shows"] ?? "",
          frames: Number(tile.dataset["frames"] ?? 0),
          failed: "failed" in tile.dataset,
        })),
      );
    // long enough for each to be played more than once
    await expect
      .poll(async () => (await tiles()).filter(({ frames }) => frames > 20).length, { timeout: 60_000 })
      .toBe(4);
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
    expect(await lookAtPage(page, "wall-working", looks)).toEqual([]);
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
    expect(await lookAtPage(page, "wall-one-broken", looks)).toEqual([]);
    await page.getByRole("button", { name: "Stop" }).click();
    await opened.waitFor("empty");

    await page.setInputFiles("#file", [broken]);
    await opened.waitFor("failed");
    expect(await page.locator("#failed-fix").innerText()).toMatch(/\w/);
    await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
    expect(errors).toEqual([]);
  });
});
