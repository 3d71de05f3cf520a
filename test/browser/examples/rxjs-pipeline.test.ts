import { readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { bunnyClip } from "../../support/clips.ts";
import type { ExamplePage } from "../../support/browser/example-page.ts";
import { lookAtPage, openExamplePage } from "../../support/browser/example-page.ts";
import { recordGaps } from "../../support/browser/main-thread.ts";
import { quietFrames, writeQuietClip } from "../../support/quiet-clip.ts";
import { readVideo } from "../../support/read-video.ts";

const chromium = inject("chromium");
const folder = inject("rxjsPipelinePage");
const clip = fileURLToPath(new URL("../../.output/quiet.mp4", import.meta.url));
const golden = (name: string): string =>
  fileURLToPath(new URL(`../../golden/awkward/${name}`, import.meta.url));
const damaged = fileURLToPath(new URL("../../.output/damaged.mp4", import.meta.url));

describe.skipIf(chromium === "")("an RxJS pipeline in a page", () => {
  beforeAll(async () => {
    await writeQuietClip(clip);
    const bytes = await readFile(bunnyClip);
    await writeFile(damaged, bytes.subarray(0, bytes.length >> 1));
  });
  afterAll(async () => {
    await rm(clip);
    await rm(damaged);
  });

  it("only frames in which something moves are in the saved file, enlarged, at their own times", async () => {
    await using opened = await openExamplePage(chromium, folder);
    const { page, errors, strangers } = opened;
    await look(page, "empty");
    await run(opened, clip, 5);
    await opened.waitFor("done");
    const facts = (await page.locator("#done-facts").textContent()) ?? "";
    const { before, moving, after } = quietFrames;
    expect(facts).toContain(`384 × 256 · `);
    const [, kept, read] = /· (\d+) of (\d+) frames ·/.exec(facts)!.map(Number);
    expect(read).toBe(before + moving + after);
    // the first frame, those with motion, and the one without the disc at most
    expect(kept).toBeGreaterThanOrEqual(moving);
    expect(kept).toBeLessThanOrEqual(moving + 3);
    expect(await page.locator("#done-gate").textContent()).toContain(
      `${read! - kept!} frames moved too little`,
    );
    await page.waitForFunction(() => document.querySelector<HTMLVideoElement>("#result")!.readyState > 3);
    const shown = await page.locator("#result").evaluate((video) => (video as HTMLVideoElement).videoWidth);
    expect(shown).toBe(384);
    await look(page, "done");

    const { name, bytes } = await save(page);
    expect(name).toBe("quiet-384x256.mp4");
    const written = await readVideo(bytes);
    expect([written.width, written.height]).toEqual([384, 256]);
    expect(written.timestamps).toHaveLength(kept!);
    const source = await readVideo(new Uint8Array(await readFile(clip)));
    for (const time of written.timestamps)
      expect(
        source.timestamps.some((each) => Math.abs(each - time) < 1e-3),
        `${time} s`,
      ).toBe(true);
    expect(written.timestamps[1]).toBeGreaterThan(before / 25 - 0.1);
    expect(errors).toEqual([]);
    expect(strangers).toEqual([]);
  });

  it("its charts grow while it runs, and cancelling leaves nothing running", async () => {
    await using opened = await openExamplePage(chromium, folder);
    const { page, errors } = opened;
    const endGaps = await recordGaps(page);
    // slowly enough to be looked at meanwhile
    await run(opened, bunnyClip, 0, "xl-x2");
    await page.waitForFunction(() => Number(document.querySelector("#enlarged")!.textContent) >= 8);
    const described = (id: string) => page.locator(`${id} svg`).getAttribute("aria-label");
    expect(await described("#motion-chart")).toMatch(/^Motion over time: \d+ of \d+ slices/);
    expect(await described("#rate-chart")).toMatch(/^Frames a second: [\d.]+ read, [\d.]+ enlarged$/);
    // a chart is moved, not made anew: what stood there still stands there
    const parts = await page.evaluate(() => {
      const [motion, rate] = ["#motion-chart", "#rate-chart"].map((id) =>
        document.querySelector(`${id} svg`)!,
      );
      return Object.assign(window, {
        parts: [motion, rate, motion!.querySelector(".axis"), rate!.querySelector("path")],
      }).parts.length;
    });
    const before = await described("#motion-chart");
    await expect.poll(() => described("#motion-chart"), { timeout: 60_000 }).not.toBe(before);
    expect(
      await page.evaluate(
        () => (window as unknown as { parts: Element[] }).parts.filter((part) => part.isConnected).length,
      ),
    ).toBe(parts);
    await page.getByRole("button", { name: "Cancel" }).click();
    await opened.waitFor("ready");
    expect((await endGaps()).longestTaskMs).toBeLessThan(100);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("ready-title");
    await page.locator("#notice", { hasText: "Cancelled. Nothing was saved." }).waitFor();
    await look(page, "ready");
    await expect.poll(() => page.workers()).toEqual([]);

    // what looks at a page keeps it busy, so that is done when nobody counts
    await page.getByRole("button", { name: "Upscale what moves" }).click();
    await expect.poll(() => described("#rate-chart")).toMatch(/ enlarged$/);
    await look(page, "working");
    expect(errors).toEqual([]);
  });

  it("what is no video is refused when it is chosen; what breaks off is told; an AVI is read", async () => {
    await using opened = await openExamplePage(chromium, folder);
    const { page, errors } = opened;
    const buffer = Buffer.from("These are notes, and no video at all.");
    await page.setInputFiles("#file", { name: "notes.txt", mimeType: "text/plain", buffer });
    await opened.waitFor("failed");
    expect(await page.locator("#failed-message").textContent()).toBe("notes.txt is a text, not a video.");
    expect(await page.locator("#failed-fix").textContent()).toMatch(/^Choose a video: .*\.$/);
    await look(page, "failed");

    await run(opened, damaged, 5);
    await opened.waitFor("done");
    expect(await page.locator("#told").innerText()).toMatch(/damaged|breaks off|cannot be/);

    // what is not saved is only given up when that was asked
    const asked: string[] = [];
    page.once("dialog", (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    await page.setInputFiles("#file", clip);
    await expect.poll(() => asked).toEqual(["The video has not been saved. Discard it?"]);
    expect(await page.locator("body").getAttribute("data-state")).toBe("done");
    page.once("dialog", (dialog) => void dialog.accept());
    await run(opened, golden("opencv__divx.avi"), 0);
    await opened.waitFor("done");
    expect(await page.locator("#done-facts").textContent()).toMatch(/^352 × 288 · 30 of 30 frames/);
    expect(errors).toEqual([]);
  });
});

/** Chooses a file, opens the gate for more than `limit` per cent, and starts. */
const run = async (
  { page, waitFor }: ExamplePage,
  file: Parameters<Page["setInputFiles"]>[1],
  limit: number,
  model = "micro-x2",
): Promise<void> => {
  await page.setInputFiles("#file", file);
  await waitFor("ready");
  await page.locator("#model").selectOption(model);
  await page.locator("#limit").fill(String(limit));
  await page.getByRole("button", { name: "Upscale what moves" }).click();
};

const look = async (page: Page, state: string): Promise<void> => {
  expect(await lookAtPage(page, `rxjs-pipeline-${state}`)).toEqual([]);
};

const save = async (page: Page): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> => {
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#save").click()]);
  return { name: download.suggestedFilename(), bytes: new Uint8Array(await readFile(await download.path())) };
};
