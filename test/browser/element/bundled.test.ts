/** The element as it is published, built by bundlers: they take its worker along. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import type { BuildPage } from "../../support/browser/bundled-page.ts";
import { buildByVite, buildByWebpack } from "../../support/browser/bundled-page.ts";
import { openContext } from "../../support/browser/chromium.ts";
import { serveFolder } from "../../support/browser/serve-folder.ts";
import { watchPage } from "../../support/browser/watch-page.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("a page with the element in it", () => {
  it.each<[name: string, build: BuildPage]>([
    ["Vite", buildByVite],
    ["webpack 5", buildByWebpack],
  ])("has its engine in a worker as %s builds it", async (_name, build) => {
    const folder = await mkdtemp(join(tmpdir(), "tatami-element-"));
    try {
      await build(folder, "bundled-element");
      await using server = await serveFolder(folder);
      await using opened = await openContext(chromium);
      const page = await opened.context.newPage();
      const { errors, strangers } = watchPage(page, server.url);
      await page.goto(`${server.url}/`);
      await page.evaluate("showDrawn()");
      await expect.poll(() => page.title(), { timeout: 30_000 }).toBe("upscaling");
      expect(page.workers()).toHaveLength(1);
      expect([errors, strangers]).toEqual([[], []]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
