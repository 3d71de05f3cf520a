/** examples/01-one-file with more than one file: they wait for one another, may be paused, and nothing unsaved is lost. */

import { readFile } from "node:fs/promises";
import type { Dialog, Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { bunnyClip, frogClip, shortClip } from "../../support/clips.ts";
import { lookAtPage } from "../../support/browser/example-page.ts";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";
import { readVideo } from "../../support/read-video.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("several files", () => {
  it("each has its state: paused and gone on with, done and opened, failed with its reason; the next begins by itself", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page") });
    const { page, errors } = opened;
    const video = async (name: string, path: string) => ({
      name,
      mimeType: "video/mp4",
      buffer: await readFile(path),
    });
    await opened.choose([
      await video("frog.mp4", shortClip),
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("These are notes.") },
      await video("bunny.mp4", bunnyClip),
    ]);
    await page.getByText("240 × 160 becomes 480 × 320").waitFor();
    await opened.pick("fastest");
    await opened.pickMore("codec", "vp9");
    await opened.start();
    const row = (name: string) => page.locator("#queue li", { hasText: name });
    await page.locator("#working-title", { hasText: "bunny.mp4" }).waitFor();
    await page.waitForFunction(() => document.querySelector<HTMLProgressElement>("#progress")!.value > 0);
    expect(await row("notes.txt").innerText()).toMatch(/notes\.txt is a text, not a video\./);
    expect(await row("frog-480x320").innerText()).toMatch(/Done, not saved yet/);

    await page.getByRole("button", { name: "Pause" }).click();
    const frames = await pausedAt(page);
    await opened.choose([await video("later.mp4", shortClip), await video("last.mp4", shortClip)]);
    expect(await page.locator("#announcement").textContent()).toBe("later.mp4, last.mp4: waiting.");
    expect(await row("bunny.mp4").innerText()).toMatch(/Paused, \d+ %/);
    expect(await lookAtPage(page, "queue-paused")).toEqual([]);
    await page.getByRole("button", { name: "Remove last.mp4" }).click();

    // another one is looked at meanwhile, and what stands still does so
    await page.getByRole("button", { name: "Open frog-480x320.mp4" }).click();
    await opened.waitFor("done");
    expect(await page.getByRole("button", { name: "Other settings" }).isVisible()).toBe(false);
    await page.getByRole("button", { name: "Open bunny.mp4" }).click();
    await opened.waitFor("working");
    expect(await page.locator("#frames").innerText()).toBe(frames);
    await page.getByRole("button", { name: "Go on" }).click();
    await page.locator("#done-title", { hasText: "later-480x320" }).waitFor();
    expect(await lookAtPage(page, "queue-done")).toEqual([]);

    // all of them can be had, with what the first was made with
    for (const [name, size] of [
      ["frog-480x320.mp4", [480, 320]],
      ["bunny-640x360.mp4", [640, 360]],
      ["later-480x320.mp4", [480, 320]],
    ] as const) {
      const save = page.locator("#queue").getByRole("link", { name: `Save ${name}` });
      const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
      const made = await readVideo(new Uint8Array(await readFile(await download.path())));
      expect([made.codec, made.width, made.height]).toEqual(["vp9", ...size]);
      if (name.startsWith("bunny")) expect(made.timestamps).toHaveLength(60);
    }
    expect(errors).toEqual([]);
  });

  it("one that is paused can be cancelled, and holds nothing: the next runs, and no worker stays", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page") });
    const { page, errors } = opened;
    await opened.choose(frogClip);
    await opened.pick("fastest");
    await opened.start();
    await page.waitForFunction(() => document.querySelector<HTMLProgressElement>("#progress")!.value > 0);
    await page.keyboard.press(" ");
    await pausedAt(page);
    await page.getByRole("button", { name: "Cancel" }).click();
    await opened.waitFor("ready");
    await page.locator("#notice", { hasText: "Cancelled. Nothing was saved." }).waitFor();
    await opened.start();
    await opened.waitFor("done");
    expect(await page.locator("#done-facts").textContent()).toContain("45 frames");
    await expect.poll(() => page.workers()).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("leaving the page, and discarding, ask first while something is not saved", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page") });
    const { page } = opened;
    const asked: string[] = [];
    let accept = false;
    page.on("dialog", (dialog: Dialog) => {
      asked.push(`${dialog.type()}: ${dialog.message()}`);
      void (accept ? dialog.accept() : dialog.dismiss());
    });
    await opened.choose(shortClip);
    await opened.pick("fastest");
    await opened.start();
    await opened.waitFor("done");
    await leave(page);
    await expect.poll(() => asked).toEqual(["beforeunload: "]);

    // another file is chosen: the result stays in the list, and so does it where other settings are tried
    await page.locator("[data-view=done] [data-action=back]").click();
    await opened.waitFor("ready");
    await opened.choose(frogClip);
    await page.getByText("240 × 160 becomes 480 × 320").waitFor();
    await page.getByRole("button", { name: "Discard frog-480x320.mp4" }).click();
    expect(asked[1]).toBe("confirm: Discard frog-480x320.mp4? It has not been saved.");
    expect(await page.locator("#queue li").count()).toBe(2);
    accept = true;
    await page.getByRole("button", { name: "Discard frog-480x320.mp4" }).click();
    await page.locator("#queue").waitFor({ state: "hidden" });
    await page.reload();
    expect(asked).toHaveLength(3);
  });
});

/** Waits until a paused job has finished what it had begun. @returns the frames that are done */
const pausedAt = async (page: Page): Promise<string> => {
  await page.locator("#working-title", { hasText: "is paused" }).waitFor();
  let seen = "";
  await expect
    .poll(
      async () => {
        const before = seen;
        seen = await page.locator("#frames").innerText();
        return before === seen;
      },
      { interval: 400 },
    )
    .toBe(true);
  expect(seen).toMatch(/^\d+ of \d+$/);
  return seen;
};

/** Tries to; whoever is asked stays. */
const leave = (page: Page): Promise<void> => page.evaluate(() => location.assign("about:blank"));
