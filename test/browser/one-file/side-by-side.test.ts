/** examples/01-one-file: one detail of the file made by every network, to choose from. */

import { fileURLToPath } from "node:url";
import { listModels } from "@tatami/zoo";
import type { Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { bunnyClip } from "../../support/clips.ts";
import { lookAtPage } from "../../support/browser/example-page.ts";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";
import type { OneFilePage } from "../../support/browser/one-file-page.ts";

const chromium = inject("chromium");
const pictures = fileURLToPath(new URL("../../.output/screenshots", import.meta.url));

describe.skipIf(chromium === "")("side by side", () => {
  let opened: OneFilePage;
  beforeAll(async () => {
    opened = await openOneFilePage({ chromium, page: inject("page") });
    await opened.choose(bunnyClip);
    await opened.page.locator("#ready-viewer .stage[aria-busy=false][data-shows=both]").waitFor();
    opened.page.setDefaultTimeout(10_000);
  });
  afterAll(() => opened?.[Symbol.asyncDispose]());

  const button = (): Locator => opened.page.getByRole("button", { name: "Side by side" });
  const dialog = (): Locator => opened.page.getByRole("dialog", { name: "Side by side" });
  const tile = (title: string): Locator => dialog().locator(".tile", { hasText: title });

  it("all that fits is made one after another, each another picture of the same detail, with what it takes", async () => {
    const { page } = opened;
    await button().click();
    await expect.poll(() => dialog().locator(".tile[data-made]").count()).toBeGreaterThan(0);
    const all = await dialog().locator(".tile b").allInnerTexts();
    expect(all.slice(0, 5)).toEqual([
      "No network",
      "Automatic",
      "Clean, fastest",
      "Clean, fast",
      "Camera, fast",
    ]);
    // and every other of the usual scale
    expect(all).toHaveLength(2 + listModels().filter(({ scale }) => scale === 2).length);
    await made(page);
    const seen = await Promise.all(all.map((_, index) => look(page, index)));
    const [plain] = seen;
    for (const { width, height, mean } of seen) {
      expect([width, height]).toEqual([640, 360]);
      expect(Math.abs(mean - plain!.mean)).toBeLessThan(2);
    }
    // each of its own; but automatic may be one of those that are named
    expect(new Set(seen.map(({ sum }) => sum)).size).toBeGreaterThanOrEqual(all.length - 1);
    expect(await tile("No network").innerText()).not.toMatch(/About/);
    expect(await tile("Camera, finest").innerText()).toMatch(/About \d+ (s|min)/);
    expect(await dialog().locator("[aria-current]").innerText()).toMatch(
      /Automatic[^]*For what was seen: \w/i,
    );
  });

  it("it begins where there is most to see, and moves in all at once: by arrows, and by a drag, which chooses nothing", async () => {
    const { page } = opened;
    await page.setViewportSize({ width: 800, height: 700 });
    const before = await places(page);
    expect(new Set(before.map(String)).size).toBe(1);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    const moved = await places(page);
    expect(new Set(moved.map(String)).size).toBe(1);
    expect(moved[0]).not.toEqual(before[0]);
    const { x, y } = (await tile("Clean, fast").first().locator(".detail").boundingBox())!;
    await page.mouse.move(x + 100, y + 100);
    await page.mouse.down();
    await page.mouse.move(x + 70, y + 90, { steps: 3 });
    await page.mouse.up();
    const dragged = await places(page);
    expect(new Set(dragged.map(String)).size).toBe(1);
    expect(dragged[0]).not.toEqual(moved[0]);
    expect(await dialog().isVisible()).toBe(true);
    // nothing beyond the picture is ever seen
    for (let press = 0; press < 30; press++) await page.keyboard.press("ArrowUp");
    expect((await places(page))[0]![1]).toBeCloseTo(0, 0);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("nothing runs over the side, and nobody is kept out", async () => {
    const { page } = opened;
    const faults = await lookAtPage(page, "one-file-side-by-side");
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.screenshot({ path: `${pictures}/one-file-side-by-side-1366x768.png` });
    await page.setViewportSize({ width: 1280, height: 900 });
    expect(faults).toEqual([]);
  });

  it("Escape goes back to the button with nothing changed; Enter on one chooses it, and it is what the page shows", async () => {
    const { page, errors } = opened;
    await page.keyboard.press("Escape");
    expect(await dialog().count()).toBe(0);
    expect(await hasFocus(button())).toBe(true);
    expect(await page.locator("#presets :checked").inputValue()).toBe("automatic");

    await page.keyboard.press("Enter");
    await tile("Automatic").waitFor();
    expect(await hasFocus(tile("Automatic"))).toBe(true);
    for (let presses = 0; presses < 10; presses++) await page.keyboard.press("Tab");
    expect(await hasFocus(tile("Clean, finer"))).toBe(true);
    await page.keyboard.press("Enter");
    expect(await dialog().count()).toBe(0);
    expect(await hasFocus(button())).toBe(true);
    expect(await page.locator("#network").inputValue()).toBe("m11-x2");
    expect(await page.locator("#choice").innerText()).toBe("Your choice of all networks: clean, finer");
    await page.locator("#ready-viewer .stage[aria-busy=false]").waitFor();

    await button().click();
    await tile("Camera, balanced").click();
    expect(await page.locator("#presets :checked").inputValue()).toBe("camera");
    await button().click();
    await tile("No network").click();
    expect(await page.locator("#strength-value").innerText()).toBe("0 %");
    expect(errors).toEqual([]);
  });

  it("whoever leaves before all are made waits for none of the others", async () => {
    const { page, errors } = opened;
    await page.locator("[name=target][value='4']").check();
    await button().click();
    await dialog().locator(".tile[data-made]").nth(2).waitFor();
    await page.keyboard.press("Escape");
    await opened.pick("fastest");
    await page.locator("#ready-viewer .stage[aria-busy=false][data-shows=both]").waitFor();
    expect(await page.locator("#presets :checked").inputValue()).toBe("fastest");
    expect(errors).toEqual([]);
  });

  it("beyond the part of a large picture that was made, the next is made", async () => {
    const { page, errors } = opened;
    await opened.choose({ name: "wide.gif", mimeType: "image/gif", buffer: await widePicture() });
    await page.getByText("1400 × 300 becomes 5600 × 1200").waitFor();
    await button().click();
    const first = dialog().locator(".tile").first();
    await first.and(page.locator("[data-made]")).waitFor();
    // the stripes at its left end have most to see; more is made than is shown of them
    expect((await places(page))[0]![0]).toSatisfy((left: number) => left <= 0 && left > -120 * 4);
    const canvas = first.locator("canvas");
    expect(await canvas.evaluate((made: HTMLCanvasElement) => [made.width, made.height])).toEqual([
      1280, 960,
    ]);
    for (let press = 0; press < 60; press++) await page.keyboard.press("ArrowRight");
    const uncovered = (): Promise<number> =>
      first.evaluate((root) => {
        const [pane, made] = [root.querySelector(".detail")!, root.querySelector("canvas")!];
        const [outer, inner] = [pane.getBoundingClientRect(), made.getBoundingClientRect()];
        return Math.max(0, inner.left - outer.left, outer.right - inner.right);
      });
    await expect.poll(uncovered).toBeLessThan(1);
    await page.keyboard.press("Escape");
    expect(errors).toEqual([]);
  });

  it("another file takes the place of what is looked at", async () => {
    const { page, errors } = opened;
    await button().click();
    await opened.choose({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("No video.") });
    await opened.waitFor("failed");
    expect(await dialog().count()).toBe(0);
    expect(await page.locator("#failed-title").isVisible()).toBe(true);
    expect(errors).toEqual([]);
  });
});

/** A GIF that is wider than what is made at once, with stripes at its left end. */
const widePicture = (): Promise<Buffer> => {
  const [width, height] = [1400, 300];
  const levels = Uint8Array.from({ length: width * height }, (_, at) => {
    const x = at % width;
    return x < 120 ? (x % 8 < 4 ? 30 : 220) : Math.floor(x / 7);
  });
  return sharp(levels, { raw: { width, height, channels: 1 } })
    .gif()
    .toBuffer();
};

/** Waits until every tile has its picture. */
const made = async (page: Page): Promise<void> => {
  const areMade = (): boolean => {
    const tiles = [...document.querySelectorAll<HTMLElement>(".tile")];
    return tiles.length > 0 && tiles.every(({ dataset }) => dataset["made"] === "true");
  };
  await page.waitForFunction(areMade, undefined, { timeout: 100_000 });
};

const hasFocus = (locator: Locator): Promise<boolean> =>
  locator.evaluate((found) => document.activeElement === found);

/** A tile's picture: its size, its mean, and a number that two pictures share when they are the same. */
const look = (page: Page, index: number) =>
  page
    .locator(".tile canvas")
    .nth(index)
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const copy = new OffscreenCanvas(width, height).getContext("2d")!;
      copy.drawImage(canvas as HTMLCanvasElement, 0, 0);
      const { data } = copy.getImageData(0, 0, width, height);
      const sum = data.reduce((all, value, at) => all + value * ((at % 251) + 1), 0);
      return { width, height, sum, mean: data.reduce((all, value) => all + value, 0) / data.length };
    });

/** Where each picture lies in its tile. */
const places = (page: Page): Promise<readonly (readonly [number, number])[]> =>
  page.locator(".tile").evaluateAll((tiles) =>
    tiles.map((tile) => {
      const [pane, canvas] = [tile.querySelector(".detail")!, tile.querySelector("canvas")!];
      const [outer, inner] = [pane.getBoundingClientRect(), canvas.getBoundingClientRect()];
      return [Math.round(inner.left - outer.left), Math.round(inner.top - outer.top)] as const;
    }),
  );
