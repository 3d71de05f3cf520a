import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { readOnnx, runReference, tensor } from "@tatami/graph";
import type { Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { bunnyClip } from "../../support/clips.ts";
import { lookAtPage } from "../../support/browser/example-page.ts";
import { recordGaps } from "../../support/browser/main-thread.ts";
import { openOwnCameraPage } from "../../support/browser/own-camera-page.ts";

const chromium = inject("chromium");
const folder = inject("ownCameraPage");
const avi = new URL("../../golden/awkward/opencv__divx.avi", import.meta.url);
/** Training on a loaded machine, without hardware, takes a while. */
const patience = 400_000;

describe.skipIf(chromium === "")("training on one's own camera in a page", () => {
  it("trains on several threads, shows its curves and crops, and saves a model that reads back", async () => {
    await using opened = await openOwnCameraPage(chromium, folder);
    const { page, errors, strangers } = opened;
    await look(page, "empty");
    const endGaps = await recordGaps(page);
    await opened.train(bunnyClip, 30);
    await page.waitForSelector("#loss-curve svg", { timeout: patience });
    expect((await endGaps()).longestTaskMs).toBeLessThan(100);
    await look(page, "working");
    expect(await page.locator("#engine").textContent()).toMatch(
      /^Frames are compressed with H\.264, as the camera does\. .*WebAssembly (relaxed )?SIMD on \d+ threads\.$/,
    );
    await opened.waitFor("done", patience);
    await look(page, "done");
    const [bicubic, before, after] = await Promise.all(
      ["bicubic", "before", "after"].map(async (which) =>
        Number.parseFloat((await page.locator(`#psnr-${which}`).textContent()) ?? ""),
      ),
    );
    expect(after).toBeGreaterThanOrEqual(before!);
    expect(bicubic).toBeGreaterThan(15);
    const label = await page.locator("#loss-curve svg").getAttribute("aria-label");
    expect(Number(/^Error: (\S+) at step 30$/.exec(label ?? "")?.[1])).toBeGreaterThan(0);
    expect(await formsDiffer(page)).toBe(true);
    // an animation's rendered edges
    expect(await page.locator("#done-facts").textContent()).toMatch(
      / Mind: this camera is hardly soft \([01]\.\d dB\)/,
    );

    const { onnx, card } = await save(page);
    const { model } = readOnnx(onnx);
    expect(model).toMatchObject({ name: "m5-x2-own-camera", scale: 2 });
    const output = runReference(model, tensor([1, 1, 6, 8], new Float32Array(48).fill(0.5)));
    expect(output.shape).toEqual([1, 1, 12, 16]);
    expect(output.data.every((value) => Math.abs(value - 0.5) < 0.2)).toBe(true);
    expect(card).toMatchObject({ track: "camera", steps: 30, psnr: { "held-back": after } });
    expect(card).toMatchObject({ sha256: createHash("sha256").update(onnx).digest("hex") });
    expect(errors).toEqual([]);
    expect(strangers).toEqual([]);
  }, 600_000);

  it("without shared memory it trains on one thread; it stops early and cancels", async () => {
    await using opened = await openOwnCameraPage(chromium, folder, false);
    const { page, errors } = opened;
    await opened.train(bunnyClip, 100_000);
    await page.waitForSelector("#loss-curve svg", { timeout: patience });
    expect(await page.locator("#engine").textContent()).toContain("on 1 thread.");
    await page.getByRole("button", { name: "Cancel" }).click();
    await opened.waitFor("ready");
    await page.locator("#notice", { hasText: "Cancelled. Nothing was kept." }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("ready-title");
    await expect.poll(() => page.workers()).toEqual([]);

    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.waitForSelector("#loss-curve svg", { timeout: patience });
    await page.getByRole("button", { name: "Stop and keep it" }).click();
    // so few steps may not have been enough, which is then said
    await page.waitForSelector("body[data-state=done], body[data-state=failed]", { timeout: patience });
    if ((await page.locator("body").getAttribute("data-state")) === "failed")
      expect(await page.locator("#failed-code").textContent()).toBe("wrong-answer");
    else expect(await page.locator("#done-facts").textContent()).toMatch(/ in \d{1,3} steps, /);
    expect(errors).toEqual([]);
  }, 600_000);

  it("what no browser reads is learned from too, and what is no video beside it is set aside", async () => {
    await using opened = await openOwnCameraPage(chromium, folder);
    const { page, errors } = opened;
    const [bytes, buffer] = [await readFile(avi), Buffer.from("These are notes.")];
    await opened.train(
      [
        { name: "camera.avi", mimeType: "", buffer: bytes },
        { name: "notes.txt", mimeType: "text/plain", buffer },
      ],
      100_000,
    );
    await page.waitForSelector("#loss-curve svg", { timeout: patience });
    expect(await page.locator("#notice").textContent()).toBe("notes.txt is a text, not a video.");
    await page.getByRole("button", { name: "Cancel" }).click();
    await opened.waitFor("ready");
    expect(errors).toEqual([]);
  }, 600_000);

  it("what is no video is refused with what to do", async () => {
    await using opened = await openOwnCameraPage(chromium, folder);
    const buffer = Buffer.from("These are notes, and no video at all.");
    const notes = { name: "notes.txt", mimeType: "text/plain", buffer };
    await opened.page.setInputFiles("#file", notes);
    await opened.waitFor("failed");
    expect(await opened.page.locator("#failed-message").textContent()).toBe(
      "notes.txt is a text, not a video.",
    );
    expect(await opened.page.locator("#failed-fix").textContent()).toMatch(/^Choose a video: .*\.$/);
    expect(await opened.page.locator("#failed-code").textContent()).toBe("unsupported-container");
    await look(opened.page, "failed");
    expect(opened.errors).toEqual([]);
  });
});

/** Pictures in both colour schemes, wide and narrow. */
const look = async (page: Page, state: string): Promise<void> => {
  expect(await lookAtPage(page, `own-camera-${state}`)).toEqual([]);
};

/** Whether the two pictures of the first comparison are different, and neither is blank. */
const formsDiffer = (page: Page): Promise<boolean> =>
  page
    .locator(".stage")
    .first()
    .evaluate((stage) => {
      const data = [...stage.querySelectorAll("canvas")].map(
        (canvas) => canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data,
      );
      const many = data.every((pixels) => new Set(pixels).size > 20);
      return many && data[0]!.some((value, index) => value !== data[1]![index]);
    });

const save = async (page: Page): Promise<{ onnx: Uint8Array; card: unknown }> => {
  const downloads = new Map<string, string>();
  page.on("download", (download) => {
    void download.path().then((path) => downloads.set(download.suggestedFilename(), path));
  });
  await page.getByRole("button", { name: "Save model" }).click();
  await expect.poll(() => downloads.size).toBe(2);
  const onnx = new Uint8Array(await readFile(downloads.get("m5-x2-own-camera.onnx")!));
  return { onnx, card: JSON.parse(await readFile(downloads.get("m5-x2-own-camera.json")!, "utf8")) };
};
