import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { frogClip } from "../support/clips.ts";
import { openOneFilePage } from "../support/one-file-page.ts";

const chromium = inject("chromium");
const folder = fileURLToPath(new URL("../.output/screenshots", import.meta.url));
const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
  { width: 380, height: 700 },
];

describe.skipIf(chromium === "")("at every size, in every state", () => {
  beforeAll(() => mkdir(folder, { recursive: true }));

  test("nothing runs over the side, and every button can be hit", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page") });
    const { page, errors } = opened;

    const look = async (state: string): Promise<void> => {
      for (const size of sizes) {
        await page.setViewportSize(size);
        await page.screenshot({ path: `${folder}/${state}-${size.width}.png` });
        const { over, small } = await page.evaluate(() => {
          const buttons = [...document.querySelectorAll<HTMLElement>("button, .button, select")];
          return {
            over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            small: buttons
              .filter((button) => button.offsetParent !== null && button.offsetHeight < 40)
              .map((button) => button.textContent),
          };
        });
        expect(over, `${state} at ${size.width}`).toBeLessThanOrEqual(0);
        expect(small, `${state} at ${size.width}`).toEqual([]);
      }
      await page.setViewportSize(sizes[0]!);
    };

    await look("empty");
    await opened.choose(frogClip);
    await page.getByText("240 × 160 becomes 480 × 320").waitFor();
    await page.waitForFunction(() => document.querySelector<HTMLVideoElement>("#thumbnail")!.readyState > 1);
    await look("ready");
    await opened.start();
    await page.locator("#preview[data-shows=both]").waitFor();
    await page.waitForFunction(() => document.querySelector<HTMLProgressElement>("#progress")!.value > 0.1);
    await look("working");
    await opened.waitFor("done");
    await page.waitForFunction(
      () => document.querySelector<HTMLVideoElement>("#comparison video.after")!.currentTime > 0.3,
    );
    await look("done");
    await page.getByText("How it was made").click();
    await page.screenshot({ path: `${folder}/done-details-1280.png`, fullPage: true });
    await opened.choose({
      name: "notes.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("No video at all."),
    });
    await opened.waitFor("failed");
    await look("failed");
    expect(errors.filter((text) => !text.includes("ERR_FILE"))).toEqual([]);
  });
});
