/** The index of all example pages, and the folder that it is built into. */

import { readFile, readdir } from "node:fs/promises";
import { describe, expect, inject, it } from "vitest";
import { lookAtPage, openExamplePage, twoLooks } from "../../support/browser/example-page.ts";

const chromium = inject("chromium");
const site = inject("indexPage");

describe.skipIf(chromium === "")("the index of the examples", () => {
  it("leads to every page, by keyboard too, and says what can run here", async () => {
    await using opened = await openExamplePage(chromium, site, { camera: "pattern" });
    const { page, errors, strangers } = opened;
    await page.waitForSelector("body[data-state=checked]");
    const needs = await page.locator(".need").allInnerTexts();
    // no graphics here, but a camera and several cores
    expect(needs).toEqual([
      "Runs here",
      "Runs here; smoother with WebGPU",
      "Runs here; smoother with WebGPU",
      "Runs here; smoother with WebGPU",
      "Runs here",
      "Runs here",
    ]);
    expect(await page.locator("[data-part=camera]").innerText()).toBe("One was found");
    expect(await page.locator("[data-part=cores]").innerText()).toMatch(/^\d+ cores$/);
    expect(await lookAtPage(page, "index")).toEqual([]);
    const pictures = await page
      .locator("#examples img")
      .evaluateAll((all: HTMLImageElement[]) => all.map(({ naturalWidth }) => naturalWidth));
    expect(pictures).toEqual(pictures.map(() => 640));

    const links = page.locator("#examples a");
    const count = await links.count();
    const folders = (await readdir(site)).filter((name) => /^\d\d-/.test(name));
    expect(count).toBe(folders.length);
    for (let at = 0; at < count; at++) {
      for (let tab = 0; tab <= at; tab++) await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.waitForSelector("body[data-state=empty] [data-view=empty]");
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      folders.splice(folders.indexOf(new URL(page.url()).pathname.split("/").at(-2)!), 1);
      await page.getByRole("link", { name: "Tatami, all examples" }).click();
      await page.waitForSelector("body[data-state=checked]");
    }
    expect(folders).toEqual([]);
    expect(errors).toEqual([]);
    expect(strangers).toEqual([]);
  });

  it("says where one core only is used and no camera is there; everything in its folder is relative", async () => {
    await using opened = await openExamplePage(chromium, site, { isolated: false });
    const { page, errors } = opened;
    await page.waitForSelector("body[data-state=checked]");
    expect(await page.locator("[data-needs*=camera]").innerText()).toBe("Needs a camera; none was found");
    expect(await page.locator("[data-needs*=cores]").innerText()).toBe("Runs here, on one core");
    expect(await page.locator("[data-part=cores]").innerText()).toMatch(/^One core of \d+: the server/);
    expect(await lookAtPage(page, "index-lacking", twoLooks)).toEqual([]);
    for (const name of await readdir(site, { recursive: true }))
      if (name.endsWith(".html"))
        expect(await readFile(`${site}/${name}`, "utf8"), name).not.toMatch(/(src|href|srcset)="\//);
    expect(errors).toEqual([]);
  });
});
