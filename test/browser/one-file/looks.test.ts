/** examples/01-one-file in every state: wide and narrow, light and dark, at twice its size, and on common laptops. */

import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { bunnyClip } from "../../support/clips.ts";
import { lookAtPage } from "../../support/browser/example-page.ts";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";

const chromium = inject("chromium");
const pictures = fileURLToPath(new URL("../../.output/screenshots", import.meta.url));
const laptops = [
  { width: 1280, height: 800 },
  { width: 1366, height: 768 },
];

describe.skipIf(chromium === "")("in every state", () => {
  it("nothing runs over the side, every button can be hit, and nobody is kept out", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page") });
    const { page, errors } = opened;
    const faults: string[] = [];
    const look = async (state: string): Promise<void> => {
      faults.push(...(await lookAtPage(page, `one-file-${state}`)));
      await photograph(page, state);
    };
    await look("empty");
    await opened.choose(bunnyClip);
    await page.locator("#ready-viewer .stage[aria-busy=false][data-shows=both]").waitFor();
    await page.getByText(/^About /).waitFor();
    await look("ready");
    await opened.pickMore("network", "m5-x2");
    faults.push(...(await lookAtPage(page, "one-file-ready-more")));
    await opened.start();
    await page.locator("#working-viewer .stage[data-shows=both]").waitFor();
    await page.screenshot({ path: `${pictures}/one-file-working-1280x900.png` });
    await page.getByRole("button", { name: "Pause" }).click();
    await look("paused");
    await page.getByRole("button", { name: "Go on" }).click();
    await opened.waitFor("done");
    // those who asked for less motion are asked whether to play
    expect(
      await page.locator("#comparison video.after").evaluate((video: HTMLVideoElement) => video.paused),
    ).toBe(true);
    await page.keyboard.press(" ");
    await page.waitForFunction(
      () => document.querySelector<HTMLVideoElement>("#comparison video.after")!.currentTime > 0.3,
    );
    await look("done");
    await page.keyboard.press("2");
    await photograph(page, "twice");
    await page.keyboard.press("l");
    await page.locator("#comparison .stage").hover({ position: { x: 400, y: 300 } });
    await look("loupe");
    await page.keyboard.press("l");
    await page.getByText("How it was made").click();
    await page.keyboard.press("?");
    faults.push(
      ...(await lookAtPage(page, "one-file-keys", [{ colorScheme: "light", width: 390 }])).filter(
        notOfDetails,
      ),
    );
    await page.keyboard.press("Escape");
    await opened.choose({
      name: "notes.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("No video at all."),
    });
    await opened.waitFor("failed");
    await look("failed");
    expect(faults).toEqual([]);
    expect(errors).toEqual([]);
  });
});

/** The window itself, as it is seen on a laptop. */
const photograph = async (page: Page, state: string): Promise<void> => {
  for (const size of laptops) {
    await page.setViewportSize(size);
    await page.screenshot({ path: `${pictures}/one-file-${state}-${size.width}x${size.height}.png` });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
};

/** What is told of how a file was made is for who asks. */
const notOfDetails = (fault: string): boolean => !fault.includes("words for developers");
