import { readFile } from "node:fs/promises";
import { describe, expect, inject, it } from "vitest";
import { frogClip, shortClip } from "../../support/clips.ts";
import { lookAtPage } from "../../support/browser/example-page.ts";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";

const chromium = inject("chromium");
const folder = inject("page");

describe.skipIf(chromium === "")("when things go wrong", () => {
  it("cancel in mid-run stops it, saves nothing, and the next run works", async () => {
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
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("ready-title");
    // what looks at the file again is a worker of its own
    const atWork = () => page.workers().filter((worker) => /\/worker-/.test(worker.url()));
    await expect.poll(atWork).toEqual([]);

    await opened.choose(shortClip);
    await opened.start();
    await opened.waitFor("done");
    expect(await page.locator("#done-facts").textContent()).toContain("13 frames");
    expect(errors).toEqual([]);
  });

  it("a file that is no video is refused when it is chosen, before anything large is fetched; then a real one works", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const { page, errors } = opened;
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => dialogs.push(dialog.message()));
    const fetched: string[] = [];
    page.context().on("request", (request) => fetched.push(request.url()));
    await drop(page, [
      { name: "notes.txt", type: "text/plain", text: "These are notes, and no video at all.\n" },
    ]);
    await opened.waitFor("failed");
    expect(await page.getByRole("alert").isVisible()).toBe(true);
    expect(await page.locator("#failed-message").innerText()).toBe("notes.txt is a text, not a video.");
    expect(await page.locator("#failed-fix").innerText()).toMatch(/^Choose a video: MP4, .*\.$/);
    expect(await page.locator("#failed-code").textContent()).toBe("unsupported-container");
    expect(await page.getByRole("button", { name: "Other settings" }).isVisible()).toBe(false);
    for (const [name, start] of [
      ["report.pdf", "%PDF-1.7\n\u0000"],
      ["archive.zip", "PK\u0003\u0004\u0014\u0000\u0000\u0000"],
      ["picture.png", "\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR"],
    ] as const) {
      const buffer = Buffer.concat([Buffer.from(start, "latin1"), Buffer.alloc(300)]);
      await opened.choose({ name, mimeType: "video/mp4", buffer });
      await page.locator("#failed-message", { hasText: `${name} is ` }).waitFor();
    }
    expect(fetched.filter((url) => /ffmpeg-core/.test(url))).toEqual([]);
    expect(dialogs).toEqual([]);

    await opened.choose(shortClip);
    await opened.start();
    await opened.waitFor("done");
    expect(errors.filter((text) => !text.includes("ERR_FILE"))).toEqual([]);
  });

  it("a sample that cannot be fetched is said to be so", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const { page } = opened;
    await page.route(/frog-.*\.mp4$/, (route) => route.fulfill({ status: 404, body: "Not found" }));
    await page.getByRole("button", { name: "Use the sample clip" }).click();
    await opened.waitFor("failed");
    expect(await page.locator("#failed-message").innerText()).toBe("The sample could not be fetched.");
    expect(await page.locator("#failed-fix").innerText()).toMatch(/^Check the connection/);
  });

  it("an empty file is an error; one cut short is enlarged as far as it goes, and the page says so", async () => {
    await using opened = await openOneFilePage({ chromium, page: folder });
    const code = opened.page.locator("#failed-code");
    await opened.choose({ name: "empty.mp4", mimeType: "video/mp4", buffer: Buffer.alloc(0) });
    await opened.waitFor("failed");
    expect(await code.textContent()).toBe("unsupported-container");

    const whole = await readFile(frogClip);
    const half = whole.subarray(0, Math.floor(whole.length * 0.6));
    await opened.choose({ name: "half.mp4", mimeType: "video/mp4", buffer: half });
    await opened.start();
    await opened.waitFor("done");
    expect(await opened.page.locator("[data-told=damaged]").innerText()).toMatch(
      /damaged|breaks off|cannot be/,
    );
    expect(await opened.page.locator("#done-facts").innerText()).toMatch(/480 × 320.* \d+ frames/);
    expect(await lookAtPage(opened.page, "cut-short", [{ colorScheme: "light", width: 1280 }])).toEqual([]);
  });
});

type Page = Awaited<ReturnType<typeof openOneFilePage>>["page"];

interface DroppedFile {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

const drop = async (page: Page, files: readonly DroppedFile[]): Promise<void> => {
  const transfer = await page.evaluateHandle((dropped) => {
    const made = new DataTransfer();
    for (const { name, type, text } of dropped) made.items.add(new File([text], name, { type }));
    return made;
  }, files);
  await page.dispatchEvent("body", "dragenter", { dataTransfer: transfer });
  expect(await page.locator(".drop-veil").isVisible()).toBe(true);
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  expect(await page.locator(".drop-veil").isVisible()).toBe(false);
};
