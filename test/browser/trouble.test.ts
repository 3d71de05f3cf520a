import { readFile } from "node:fs/promises";
import { describe, expect, inject, test } from "vitest";
import { frogClip, shortClip } from "../support/clips.ts";
import { lookAtPage } from "../support/example-page.ts";
import { openOneFilePage } from "../support/one-file-page.ts";

const chromium = inject("chromium");
const folder = inject("page");

describe.skipIf(chromium === "")("when things go wrong", () => {
  test("cancel in mid-run stops it, saves nothing, and the next run works", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const { page, errors } = opened;
    await opened.choose(frogClip);
    await opened.start();
    await page.waitForFunction(() => document.querySelector<HTMLProgressElement>("#progress")!.value > 0);
    const asked = performance.now();
    await page.getByRole("button", { name: "Cancel" }).click();
    await opened.waitFor("ready");
    expect(performance.now() - asked).toBeLessThan(3000);
    await page.locator("#notice", { hasText: "Cancelled. Nothing was saved." }).waitFor();
    await expect.poll(() => page.workers(), { timeout: 20_000 }).toEqual([]);

    await opened.choose(shortClip);
    await opened.start();
    await opened.waitFor("done");
    expect(await page.locator("#done-facts").textContent()).toContain("13 frames");
    expect(errors).toEqual([]);
  });

  test("a file that is no video: what happened, what to do, the code; then a real one works", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const { page, errors } = opened;
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => dialogs.push(dialog.message()));
    await drop(page, "notes.txt", "text/plain", "These are notes, and no video at all.\n");
    await opened.waitFor("ready");
    await opened.start();
    await opened.waitFor("failed");
    expect(await page.getByRole("alert").isVisible()).toBe(true);
    expect(await page.locator("#failed-message").textContent()).not.toBe("");
    expect(await page.locator("#failed-fix").textContent()).toMatch(/\.$/);
    expect(await page.locator("#failed-code").textContent()).toBe("unsupported-container");
    expect(dialogs).toEqual([]);

    await opened.choose(shortClip);
    await opened.start();
    await opened.waitFor("done");
    expect(errors.filter((text) => !text.includes("ERR_FILE"))).toEqual([]);
  });

  test("an empty file is an error; one cut short is enlarged as far as it goes, and the page says so", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const code = opened.page.locator("#failed-code");
    await opened.choose({ name: "empty.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(0) });
    await opened.start();
    await opened.waitFor("failed");
    expect(await code.textContent()).toMatch(/^(unsupported-container|damaged-input)$/);

    const whole = await readFile(frogClip);
    const half = whole.subarray(0, Math.floor(whole.length * 0.6));
    await opened.choose({ name: "half.mp4", mimeType: "video/mp4", buffer: half });
    await opened.start();
    await opened.waitFor("done");
    expect(await opened.page.locator("#left-out").innerText()).toMatch(/damaged|breaks off|cannot be/);
    expect(await opened.page.locator("#done-facts").innerText()).toMatch(/480 × 320.* \d+ frames/);
    expect(await lookAtPage(opened.page, "cut-short", [{ colorScheme: "dark", width: 1280 }])).toEqual([]);
  });
});

type Page = Awaited<ReturnType<typeof openOneFilePage>>["page"];

const drop = async (page: Page, name: string, type: string, text: string): Promise<void> => {
  const transfer = await page.evaluateHandle(
    (file) => {
      const made = new DataTransfer();
      made.items.add(new File([file.text], file.name, { type: file.type }));
      return made;
    },
    { name, type, text },
  );
  await page.dispatchEvent("body", "dragenter", { dataTransfer: transfer });
  expect(await page.locator(".drop-veil").isVisible()).toBe(true);
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  expect(await page.locator(".drop-veil").isVisible()).toBe(false);
};
