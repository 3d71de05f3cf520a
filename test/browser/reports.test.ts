/** The pages that the command line writes: how they look, wide and narrow, light and dark, and what one does with them. */

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { findBarriers } from "../support/browser/accessibility.ts";
import { openContext } from "../support/browser/chromium.ts";
import { shortClip } from "../support/clips.ts";
import { tatami } from "../support/command-line.ts";
import { everyLook } from "../support/browser/example-page.ts";

const chromium = inject("chromium");
const pictures = fileURLToPath(new URL("../.output/screenshots", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-reports-"));
  await mkdir(pictures, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(chromium === "")("reports of the command line", () => {
  it("tatami try: the slider, networks, moments, zoom, and commands to copy", async () => {
    const words = ["try", shortClip, "--models", "micro-x2,m3-x2", "-o", "try.html"];
    const run = await tatami(words, { cwd: folder });
    expect(run).toMatchObject({ status: 0 });
    await using opened = await openReport(chromium, join(folder, "try.html"));
    const { page, errors } = opened;
    expect(await faultsOf(page, "try")).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });

    // the right side begins where the divider is
    const clip = () => page.locator("#right").evaluate((layer) => getComputedStyle(layer).clipPath);
    const before = await clip();
    await page.locator("#slide").focus();
    await page.keyboard.press("Home");
    expect(await clip()).toBe("inset(0px)");
    const stage = (await page.locator("#stage").boundingBox())!;
    await page.mouse.move(stage.x + stage.width * 0.2, stage.y + 50);
    await page.mouse.down();
    await page.mouse.move(stage.x + stage.width * 0.5, stage.y + 50);
    await page.mouse.up();
    expect(await clip()).toBe(before);

    // strengths below 1 are mixed: the network over the filter
    const top = page.locator("#right .top");
    await page.locator("#way-right").selectOption({ label: "m3-x2, strength 0.5" });
    expect(await top.evaluate((image) => getComputedStyle(image).opacity)).toBe("0.5");
    const first = await top.getAttribute("src");
    await page
      .getByRole("button", { name: /^bicubic filter/ })
      .first()
      .click();
    expect(await page.locator("#way-right").inputValue()).toBe("0@0");
    await page.locator("#way-right").selectOption({ label: "m3-x2" });
    expect(await top.getAttribute("src")).toBe(first);
    await page.locator(".bar [data-moment='2']").click();
    expect(await top.getAttribute("src")).not.toBe(first);
    expect(await page.locator("[data-details]:visible").count()).toBe(1);

    await page.getByRole("button", { name: "2:1" }).click();
    const size = await page.locator("#sheet").evaluate((sheet) => [sheet.clientWidth, sheet.clientHeight]);
    expect(size).toEqual([960, 640]);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the command for strength 0.5" }).last().click();
    await page.getByText("Copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `tatami upscale ${shortClip} --model m3-x2 --strength 0.5`,
    );
    expect(errors).toEqual([]);
  });

  it("tatami compare: curves and the worst places", async () => {
    for (const quality of ["20", "80"]) {
      const words = [
        "upscale",
        shortClip,
        "--model",
        "micro-x2",
        "--quality",
        quality,
        "-o",
        `${quality}.mp4`,
      ];
      expect(await tatami(words, { cwd: folder })).toMatchObject({ status: 0 });
    }
    const words = ["compare", "20.mp4", "80.mp4", "--report", "compare.html", "--every", "4"];
    expect(await tatami(words, { cwd: folder })).toMatchObject({ status: 0 });
    await using opened = await openReport(chromium, join(folder, "compare.html"));
    const { page, errors } = opened;
    expect(await faultsOf(page, "compare")).toEqual([]);
    expect(await page.locator("figure > svg").count()).toBe(4);
    const loaded = page
      .locator(".place img")
      .evaluateAll((images) => images.every((image) => (image as HTMLImageElement).naturalWidth === 192));
    expect(await loaded).toBe(true);
    expect(errors).toEqual([]);
  });
});

async function openReport(executable: string, path: string) {
  const opened = await openContext(executable, { context: { viewport: { width: 1280, height: 900 } } });
  const page = await opened.context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => errors.push(message.text()));
  // a report needs nothing but itself
  page.on("request", (request) => {
    if (!/^(?:file|data|blob):/.test(request.url())) errors.push(request.url());
  });
  await page.goto(pathToFileURL(path).href);
  return { page, errors, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

/** Takes a picture in every look, and gives what is wrong with any. */
async function faultsOf(page: Page, name: string): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { width, colorScheme } of everyLook) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: `${pictures}/report-${name}-${colorScheme}-${width}.png`, fullPage: true });
    const { over, small } = await page.evaluate(() => ({
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      small: [...document.querySelectorAll<HTMLElement>("button, select")]
        .filter((button) => button.offsetParent !== null && button.offsetHeight < 40)
        .map((button) => button.textContent),
    }));
    if (over > 0) faults.push(`${width}: ${over} pixels over the side`);
    faults.push(...small.map((text) => `${width}: too small to hit: ${text}`));
    const barriers = await findBarriers(page);
    faults.push(...barriers.map((barrier) => `${width}, ${colorScheme}: ${barrier}`));
  }
  return faults;
}
