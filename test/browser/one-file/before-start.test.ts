/** examples/01-one-file before anything is begun: the file's own frames, enlarged, with every setting on them. */

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { bunnyClip, frogClip } from "../../support/clips.ts";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";
import type { OneFilePage } from "../../support/browser/one-file-page.ts";
import { tinyModelFile } from "../../support/tiny-model.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("before starting", () => {
  let opened: OneFilePage;
  beforeAll(async () => {
    opened = await openOneFilePage({ chromium, page: inject("page") });
    await opened.choose(bunnyClip);
    await settled(opened.page);
  });
  afterAll(() => opened?.[Symbol.asyncDispose]());

  it("a frame of the file is there, enlarged twice, with what the whole would take", async () => {
    const { page } = opened;
    const before = await look(page, "before");
    const after = await look(page, "after");
    expect([before.width, before.height, after.width, after.height]).toEqual([320, 180, 640, 360]);
    expect(before.mean).toSatisfy((mean: number) => Math.abs(mean - after.mean) < 2);
    await page.getByText(/^About \d+ s and \d+ KB$/).waitFor();
  });

  it("what was seen in the file stands under Automatic, and by the sliders what follows, until one is touched", async () => {
    const { page } = opened;
    const label = page.locator("#presets label", { hasText: "Automatic" });
    const by = (id: string) => page.locator(`label:has(#${id}) small`);
    const value = page.locator("#strength-value");
    expect(await label.innerText()).toMatch(/Seen in this file: [a-z]+( [a-z]+)*(, [a-z]+( [a-z]+)*)*$/);
    for (const id of ["strength", "denoise"]) expect(await by(id).innerText()).toBe("chosen");
    const chosen = await value.innerText();
    await page.locator("#strength").fill("35");
    expect(await value.innerText()).toBe("35 %");
    expect(await by("strength").innerText()).toBe("");
    expect(await by("denoise").innerText()).toBe("chosen");

    // what was set by hand stays for the next file, what was not is chosen anew
    await opened.choose(frogClip);
    await page.getByText("240 × 160 becomes 480 × 320").waitFor();
    await label.getByText("Seen in this file").waitFor();
    expect(await value.innerText()).toBe("35 %");
    await page.getByRole("button", { name: "Back to what was chosen" }).click();
    expect(await by("strength").innerText()).toBe("chosen");
    expect(await value.innerText()).not.toBe("35 %");
    await opened.choose(bunnyClip);
    await page.getByText("320 × 180 becomes 640 × 360").waitFor();
    await settled(page);
    expect(await value.innerText()).toBe(chosen);
    expect(await page.getByRole("button", { name: "Back to what was chosen" }).isVisible()).toBe(false);
  });

  it("another moment is another frame, on both sides of the line", async () => {
    const { page } = opened;
    const [before, after] = [await look(page, "before"), await look(page, "after")];
    await page.locator("#moment").fill(String((await step(page)) * 40));
    await changed(page, "after", after.sum);
    expect((await look(page, "before")).sum).not.toBe(before.sum);
  });

  it("networks are switched on it, and what was seen before is back at once", async () => {
    const { page } = opened;
    const first = await look(page, "after");
    await opened.pick("camera");
    await changed(page, "after", first.sum);
    await settled(page);
    const camera = await look(page, "after");
    const took = await page.evaluate(async () => {
      const canvas = document.querySelector<HTMLCanvasElement>("#ready-viewer canvas.after")!;
      const began = performance.now();
      document.querySelector<HTMLInputElement>("#presets [value=automatic]")!.click();
      const seen = (): number => {
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d")!;
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
        return data.reduce((sum, value) => sum + value, 0);
      };
      const old = seen();
      while (seen() === old) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    });
    expect((await look(page, "after")).sum).toBe(first.sum);
    expect(camera.sum).not.toBe(first.sum);
    expect(took).toBeLessThan(600);
  });

  it("strength acts at once: nothing of the network at 0, more than all of it at 150 %", async () => {
    const { page } = opened;
    const slider = page.locator("#strength");
    const whole = await look(page, "after");
    await slider.fill("0");
    await changed(page, "after", whole.sum);
    const none = await look(page, "after");
    await slider.fill("150");
    await changed(page, "after", none.sum);
    const loud = await look(page, "after");
    expect(await page.locator("#strength-value").innerText()).toBe("150 %");
    expect(none.detail).toBeLessThan(whole.detail);
    expect(whole.detail).toBeLessThan(loud.detail);
    await slider.fill("100");
  });

  it("noise removal is offered where there is a network for cameras beside it", async () => {
    const { page } = opened;
    const row = page.locator("#denoise-row");
    await opened.pick("fastest");
    expect(await row.isVisible()).toBe(false);
    await opened.pick("camera");
    expect(await row.isVisible()).toBe(true);
    expect(await page.locator("#denoise-value").innerText()).toBe("100 %");
    await settled(page);
    const all = await look(page, "after");
    await page.locator("#denoise").fill("0");
    expect(await page.locator("#denoise-value").innerText()).toBe("0 %");
    await changed(page, "after", all.sum);
  });

  it("four times as large is another picture", async () => {
    const { page } = opened;
    await page.locator("[name=target][value='4']").check();
    await page.getByText("320 × 180 becomes 1280 × 720").waitFor();
    const width = async () => (await look(page, "after")).width;
    await expect.poll(width).toBe(1280);
    await page.locator("[name=target][value='2']").check();
    await expect.poll(width).toBe(640);
  });

  it("a part is cut out by its marks, and its share of time and size is said", async () => {
    const { page } = opened;
    const text = page.locator("#cut-text");
    await page.locator("#moment").fill("1");
    await page.getByRole("button", { name: "Start here" }).click();
    expect(await text.innerText()).toMatch(/^0:01\.0 to 0:02\.4 of 0:02\.4$/);
    const rail = (await page.locator(".marks").boundingBox())!;
    const mark = (await page.locator("[data-mark=end]").boundingBox())!;
    await page.mouse.move(mark.x + mark.width / 2, mark.y + mark.height / 2);
    await page.mouse.down();
    await page.mouse.move(rail.x + rail.width * 0.75, mark.y, { steps: 3 });
    await page.mouse.up();
    expect(await text.innerText()).toMatch(/^0:01\.0 to 0:01\.8 of 0:02\.4$/);
    await page.getByRole("button", { name: "Whole video" }).click();
    expect(await text.innerText()).toBe("0:01.0 of 0:02.4");
  });

  it("a person's own network is seen on it, and one that does not fit is refused with the reason", async () => {
    const { page } = opened;
    await settled(page);
    const before = await look(page, "after");
    const choose = (name: string, buffer: Buffer): Promise<void> =>
      page.setInputFiles("#own-file", { name, mimeType: "application/octet-stream", buffer });
    // dropped among videos it is taken for what it is, and picked as one of course too
    const mine = { name: "mine.onnx", mimeType: "application/octet-stream" };
    await opened.choose({ ...mine, buffer: Buffer.from(tinyModelFile()) });
    await page.getByText("Your own network: mine.onnx, ×2").waitFor();
    await changed(page, "after", before.sum);
    const own = await look(page, "after");
    await choose("notes.onnx", Buffer.from("These are notes."));
    const refusal = page.locator("#own-refused");
    await refusal.waitFor();
    expect(await refusal.innerText()).toMatch(/^notes\.onnx cannot be used\. .*not an ONNX file/);
    await changed(page, "after", own.sum);
    expect((await look(page, "after")).sum).toBe(before.sum);
  });

  it("what was chosen is remembered, and what was not written by the page is not believed", async () => {
    const { page, errors } = opened;
    await opened.pick("film");
    await page.locator("[name=target][value='4']").check();
    await page.locator("#strength").fill("60");
    await opened.pickMore("codec", "vp9");
    await page.reload();
    await opened.choose(bunnyClip);
    await page.getByText("320 × 180 becomes 1280 × 720").waitFor();
    expect(await page.locator("#presets :checked").inputValue()).toBe("film");
    expect(await page.locator("#strength-value").innerText()).toBe("60 %");
    expect(await page.locator("#codec").inputValue()).toBe("vp9");
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage))
        localStorage.setItem(key, '{"target":7,"preset":[],"codec"');
    });
    await page.reload();
    await opened.choose(bunnyClip);
    await page.getByText("320 × 180 becomes 640 × 360").waitFor();
    expect(await page.locator("#presets :checked").inputValue()).toBe("automatic");
    expect(errors).toEqual([]);
  });
});

interface Seen {
  readonly width: number;
  readonly height: number;
  readonly mean: number;
  /** Of all values: two pictures that are the same have the same. */
  readonly sum: number;
  /** Mean difference of neighbours. */
  readonly detail: number;
}

const look = (page: Page, side: "before" | "after"): Promise<Seen> =>
  page.locator(`#ready-viewer canvas.${side}`).evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const copy = new OffscreenCanvas(width, height).getContext("2d")!;
    copy.drawImage(canvas as HTMLCanvasElement, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    let sum = 0;
    let differences = 0;
    for (let at = 0; at < data.length; at++) {
      sum += data[at]! * ((at % 251) + 1);
      if (at >= 4) differences += Math.abs(data[at]! - data[at - 4]!);
    }
    const mean = data.reduce((all, value) => all + value, 0) / data.length;
    return { width, height, mean, sum, detail: differences / data.length };
  });

/** Waits until what was asked for last is seen. */
const settled = async (page: Page): Promise<void> => {
  await page.locator("#ready-viewer .stage[aria-busy=false][data-shows=both]").waitFor();
};

/** Waits until a side shows another picture. */
const changed = (page: Page, side: "before" | "after", sum: number): Promise<void> =>
  expect.poll(async () => (await look(page, side)).sum, { interval: 40 }).not.toBe(sum);

/** Seconds between two frames, as the timeline has them. */
const step = async (page: Page): Promise<number> =>
  Number(await page.locator("#moment").getAttribute("step"));
