/** The documentation as a site: built as it is deployed, under a folder of a server, and looked at. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { findBarriers } from "../support/browser/accessibility.ts";
import { everyLook, openExamplePage } from "../support/browser/example-page.ts";

const chromium = inject("chromium");
const folderOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const site = folderOf("test/.output/docs-site/tatami");
/** A page of each kind; the film's own page is looked at by itself. */
const pages = [
  "start.html",
  "guide/errors.html",
  "guide/files.html",
  "packages/rxjs.html",
  "decisions/index.html",
  "api/@tatami/upscale.html",
  "api/@tatami/codecs/ffmpeg.html",
];

describe.skipIf(chromium === "")("the site of the documents", () => {
  beforeAll(async () => {
    const run = promisify(execFile);
    await run(process.execPath, ["--import", "tsx", "scripts/generate.ts"], { cwd: folderOf("docs") });
    await run(
      process.execPath,
      [folderOf("node_modules/vitepress/bin/vitepress.js"), "build", folderOf("docs"), "--outDir", site],
      { env: { ...process.env, TATAMI_DOCS_BASE: "/tatami/", NO_COLOR: "1" }, maxBuffer: 1e8 },
    );
  });

  it("has a film on its start page that the page enlarges, with a line to move", async () => {
    await using opened = await openExamplePage(chromium, site, { isolated: false });
    const { page, errors, strangers } = opened;
    await page.waitForSelector(".live-film[data-state=upscaling]");
    expect(await page.locator(".live-film figcaption").innerText()).toContain("enlarged by this page");
    await expect.poll(() => canvasOf(page)).toMatchObject({ width: 640, height: 360, isDrawn: true });
    const split = page.locator("tatami-video").getByRole("slider", { name: "Before and after" });
    expect(await split.inputValue()).toBe("50");
    await split.press("ArrowLeft");
    expect(await split.inputValue()).toBe("49");
    expect(await judge(page)).toEqual([]);
    expect({ errors, strangers }).toEqual({ errors: [], strangers: [] });
  });

  it("says so, and shows a picture, where nothing can run", async () => {
    await using opened = await openExamplePage(chromium, site, { isolated: false });
    const { page } = opened;
    await page.addInitScript(() => {
      for (const name of ["Worker", "VideoFrame", "WebAssembly"]) Reflect.deleteProperty(globalThis, name);
    });
    await page.reload();
    await page.waitForSelector(".live-film[data-state=plain] img");
    expect(await page.locator(".live-film figcaption").innerText()).toContain(
      "Nothing here can run the engine",
    );
    expect(await findBarriers(page)).toEqual([]);
  });

  it("can be read on any screen, and searched", async () => {
    await using opened = await openExamplePage(chromium, site, { isolated: false });
    const { page, errors, strangers } = opened;
    const home = page.url();
    for (const path of pages) {
      await page.goto(home + path);
      expect([path, await page.locator("main h1").count()]).toEqual([path, 1]);
      expect([path, await judge(page)]).toEqual([path, []]);
    }
    await page.keyboard.press("Control+k");
    await page.getByRole("searchbox").fill("halo");
    const found = page.locator(".VPLocalSearchBox .result");
    await found.first().waitFor();
    expect(await found.count()).toBeGreaterThan(2);
    expect({ errors, strangers }).toEqual({ errors: [], strangers: [] });
  });
});

/** What is wrong with a page in any look: it runs over the side, or has a barrier. */
async function judge(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const { width, colorScheme } of everyLook) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (over > 0) faults.push(`${over} pixels over the side at ${width}`);
    // it takes a second: what it asks hangs on the width or on the scheme, hardly on both
    if ((colorScheme === "light") === width > 600) faults.push(...(await findBarriers(page)));
  }
  return faults;
}

/** The canvas over the film: how large it is, and whether there is a picture in it. */
function canvasOf(page: Page): Promise<{ width: number; height: number; isDrawn: boolean }> {
  return page.locator("tatami-video").evaluate((element) => {
    const canvas = element.shadowRoot!.querySelector("canvas")!;
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const context = copy.getContext("2d")!;
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    return { width: canvas.width, height: canvas.height, isDrawn: new Set(data).size > 50 };
  });
}
