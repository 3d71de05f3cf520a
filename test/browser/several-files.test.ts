/** examples/01-one-file with more than one file: they wait for one another, and nothing unsaved is lost. */

import { readFile } from "node:fs/promises";
import type { Dialog, Page } from "playwright-core";
import { describe, expect, inject, test } from "vitest";
import { frogClip, shortClip } from "../support/clips.ts";
import type { Look } from "../support/example-page.ts";
import { lookAtPage } from "../support/example-page.ts";
import { openOneFilePage } from "../support/one-file-page.ts";
import { readVideo } from "../support/read-video.ts";

const chromium = inject("chromium");
const looks: readonly Look[] = [1280, 390].map((width) => ({ colorScheme: "dark", width }));
const others = "#others";

describe.skipIf(chromium === "")("several files", () => {
  test("what is dropped while a job runs waits and is done with the same settings; results stay until saved", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page") });
    const { page, errors } = opened;
    const short = await readFile(shortClip);
    await opened.choose(frogClip);
    await page.getByLabel("Model").selectOption("micro-x2");
    await page.getByLabel("Format").selectOption("vp9");
    await opened.start();
    await page.waitForFunction(() => document.querySelector<HTMLProgressElement>("#progress")!.value > 0);
    await opened.choose([
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("These are notes.") },
      { name: "second.mp4", mimeType: "video/mp4", buffer: short },
      { name: "third.mp4", mimeType: "video/mp4", buffer: short },
    ]);
    expect(await page.locator("#waiting li span").allInnerTexts()).toEqual([
      "notes.txt",
      "second.mp4",
      "third.mp4",
    ]);
    expect(await page.locator("#announcement").textContent()).toBe(
      "notes.txt, second.mp4, third.mp4: waiting.",
    );
    expect(await lookAtPage(page, "several-working", looks)).toEqual([]);
    await page.getByRole("button", { name: "Remove third.mp4" }).click();
    await page.locator("#done-title", { hasText: "second-480x320" }).waitFor();
    expect(await page.locator("#finished li span").allInnerTexts()).toEqual([
      "frog-480x320.mp4",
      "notes.txt is a text, not a video.",
    ]);
    expect(await lookAtPage(page, "several-done", looks)).toEqual([]);

    // both can be had, with what the first was made with
    for (const link of [page.getByRole("link", { name: "Save frog-480x320.mp4" }), page.locator("#save")]) {
      const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
      const video = await readVideo(new Uint8Array(await readFile(await download.path())));
      expect([video.codec, video.width, video.height]).toEqual(["vp9", 480, 320]);
    }
    expect(errors.filter((text) => !text.includes("ERR_FILE"))).toEqual([]);
  });

  test("leaving the page, and discarding, ask first while something is not saved", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page") });
    const { page } = opened;
    const asked: string[] = [];
    let accept = false;
    page.on("dialog", (dialog: Dialog) => {
      asked.push(`${dialog.type()}: ${dialog.message()}`);
      void (accept ? dialog.accept() : dialog.dismiss());
    });
    await opened.choose(shortClip);
    await page.getByLabel("Model").selectOption("micro-x2");
    await opened.start();
    await opened.waitFor("done");
    await leave(page);
    await expect.poll(() => asked).toEqual(["beforeunload: "]);

    // another file is chosen: the result moves below
    await opened.choose(frogClip);
    await page.getByText("240 × 160 becomes 480 × 320").waitFor();
    await page.getByRole("button", { name: "Discard frog-480x320.mp4" }).click();
    expect(asked[1]).toBe("confirm: Discard frog-480x320.mp4? It has not been saved.");
    expect(await page.locator("#finished li").count()).toBe(1);
    accept = true;
    await page.getByRole("button", { name: "Discard frog-480x320.mp4" }).click();
    await page.locator(others).waitFor({ state: "hidden" });
    await page.reload();
    expect(asked).toHaveLength(3);
  });
});

/** Tries to; whoever is asked stays. */
const leave = (page: Page): Promise<void> => page.evaluate(() => location.assign("about:blank"));
