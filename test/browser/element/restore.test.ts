/** The button of the web element that restores a still, and what it says of it. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createNetworkModel, initialWeights, restorer, writeOnnx } from "@tatami/graph";
import type { Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";
import type { Wanted } from "../pages/element/main.ts";

const chromium = inject("chromium");
const pictures = fileURLToPath(new URL("../../.output/element", import.meta.url));

/** A restorer that nobody has trained. */
function restorerFile(): Uint8Array {
  const shape = restorer.check({ base: 4 });
  return writeOnnx(
    createNetworkModel(restorer, shape, "own-perceptual", initialWeights(restorer.weights(shape), 1)),
  );
}

async function open(
  attributes: (page: Page) => Promise<Readonly<Record<string, string>>>,
): Promise<ServedPage> {
  const served = await openServedPage(chromium, "element", "put");
  await served.page.setViewportSize({ width: 1280, height: 720 });
  const wanted: Wanted = { upscaler: "none", attributes: await attributes(served.page) };
  await served.call("put", wanted);
  const look = (): Promise<unknown> => served.call("look");
  await expect.poll(look, { timeout: 30_000 }).toMatchObject({ state: "upscaling" });
  return served;
}

/** A chosen file's address, as a page makes it. */
function addressOf(page: Page, bytes: Uint8Array): Promise<string> {
  return page.evaluate((text) => {
    const file = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return URL.createObjectURL(new Blob([file]));
  }, Buffer.from(bytes).toString("base64"));
}

describe.skipIf(chromium === "")("restoring a still", () => {
  it("shows it larger with a warning, saves it marked, and leaves when the video goes on", async () => {
    await using served = await open(async (page) => ({ restorer: await addressOf(page, restorerFile()) }));
    const { page } = served;
    const button = page.getByRole("button", { name: "Restore this still" });
    const warning = page.locator("[part=warning]");
    const still = page.locator("[part=restored]");
    expect(await warning.isVisible()).toBe(false);
    await button.click();
    await expect
      .poll(() => warning.innerText(), { timeout: 60_000 })
      .toContain(
        "Restored by own-perceptual. Detail in it may be invented: it is no evidence of what was there.",
      );
    expect(await still.isVisible()).toBe(true);
    expect(await button.getAttribute("aria-pressed")).toBe("true");
    expect(await still.evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.height])).toEqual([
      640, 360,
    ]);
    await page.screenshot({ path: `${pictures}/restored-1280.png` });
    await page.setViewportSize({ width: 390, height: 700 });
    await page.screenshot({ path: `${pictures}/restored-390.png` });

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save picture" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("bunny-320x180@0s.restored.png");
    const png = await readFile(await download.path());
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([640, 360]);
    const said = png.toString("latin1");
    expect(said).toContain("eXIfMM");
    expect(said).toContain("Restored by own-perceptual (tatami-video). Detail in it may be invented");
    expect(said).toContain("compositeWithTrainedAlgorithmicMedia");

    await page.getByRole("button", { name: "Play" }).click();
    await expect.poll(() => warning.isVisible()).toBe(false);
    expect(await still.isVisible()).toBe(false);
    expect(await button.getAttribute("aria-pressed")).toBe("false");
    // at another moment again, and left by its own button
    await button.click();
    await expect.poll(() => still.isVisible(), { timeout: 30_000 }).toBe(true);
    await page.getByRole("button", { name: "Back to the video" }).click();
    expect(await still.isVisible()).toBe(false);
  });

  it("is not offered without a restorer, and says what is wrong with one", async () => {
    await using served = await open(async () => ({}));
    const { page } = served;
    const button = page.getByRole("button", { name: "Restore this still" });
    expect(await button.isVisible()).toBe(false);
    const give = (source: string): Promise<void> =>
      page
        .locator("tatami-video")
        .evaluate((element, name) => element.setAttribute("restorer", name), source);
    const warning = page.locator("[part=warning]");
    for (const [source, said] of [
      ["blob:nothing", /^The restorer could not be loaded: .* Check the address in the attribute restorer;/],
      ["nowhere.onnx", /^The restorer could not be loaded: 404 Not Found\. /],
      // what many servers answer for what is not there
      ["index.html", /bytes are not an ONNX file\. Give a whole ONNX file/],
    ] as const) {
      await give(source);
      await button.click();
      await expect.poll(() => warning.innerText()).toMatch(said);
    }
    expect(await page.getByRole("button", { name: "Save picture" }).isVisible()).toBe(false);
    expect(await button.getAttribute("aria-pressed")).toBe("false");
    // another one is another chance
    await give(await addressOf(page, restorerFile()));
    await button.click();
    await expect.poll(() => warning.innerText(), { timeout: 60_000 }).toContain("no evidence");
  });
});
