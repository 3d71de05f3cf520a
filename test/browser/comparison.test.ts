import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { frogClip } from "../support/clips.ts";
import { openOneFilePage, type OneFilePage } from "../support/one-file-page.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("before and after", () => {
  let opened: OneFilePage;

  beforeAll(async () => {
    opened = await openOneFilePage({ chromium, page: inject("page"), touch: true });
    await opened.choose(frogClip);
    await opened.start();
    await opened.waitFor("done");
  });
  afterAll(() => opened?.[Symbol.asyncDispose]());

  const slider = () =>
    opened.page.getByRole("slider", { name: "How much of the original is shown", exact: true });
  const value = async (): Promise<number> => Number(await slider().getAttribute("aria-valuenow"));
  const box = async () => (await opened.page.locator("#comparison .stage").boundingBox())!;
  /** The part of the original that is cut away on the right, in per cent. */
  const cutAway = (): Promise<number> =>
    opened.page.locator("#comparison video.before").evaluate((video) => {
      const inset = /inset\(0(?:px)? ([\d.]+)%|calc\(([\d.]+)%/.exec(getComputedStyle(video).clipPath);
      return Number(inset?.[1] ?? inset?.[2]);
    });

  test("the mouse drags the line", async () => {
    const { x, y, width, height } = await box();
    expect(await value()).toBe(50);
    const { mouse } = opened.page;
    await mouse.move(x + width / 2, y + height / 2);
    await mouse.down();
    await mouse.move(x + width * 0.25, y + height / 2, { steps: 4 });
    expect(await value()).toBeCloseTo(25, -0.5);
    expect(await cutAway()).toBeCloseTo(75, -0.5);
    await mouse.move(x - 200, y + height / 2);
    expect(await value()).toBe(0);
    await mouse.up();
    await mouse.move(x + width * 0.75, y + height / 2);
    expect(await value()).toBe(0);
  });

  test("a finger sets the line", async () => {
    const { x, y, width, height } = await box();
    await opened.page.touchscreen.tap(x + width * 0.7, y + height * 0.7);
    expect(await value()).toBeCloseTo(70, -0.5);
  });

  test("keys move the line", async () => {
    await slider().focus();
    await slider().press("Home");
    expect(await value()).toBe(0);
    await slider().press("ArrowLeft");
    expect(await value()).toBe(0);
    await slider().press("ArrowRight");
    await slider().press("ArrowUp");
    expect(await value()).toBe(4);
    await slider().press("PageUp");
    expect(await value()).toBe(14);
    await slider().press("End");
    expect(await value()).toBe(100);
    expect(await slider().getAttribute("aria-valuetext")).toBe("100 % original, 0 % upscaled");
  });

  test("both videos play, and stay together across the loop", async () => {
    const drifts = await opened.page.evaluate(async () => {
      const after = document.querySelector<HTMLVideoElement>("#comparison video.after")!;
      const before = document.querySelector<HTMLVideoElement>("#comparison video.before")!;
      await after.play();
      const seen: number[] = [];
      let loops = 0;
      let last = after.currentTime;
      await new Promise<void>((resolve) => {
        const next = (): void => {
          if (after.currentTime < last) loops += 1;
          last = after.currentTime;
          if (!before.paused && !before.seeking && !after.seeking) {
            seen.push(Math.abs(before.currentTime - after.currentTime));
          }
          if (loops < 2) after.requestVideoFrameCallback(next);
          else resolve();
        };
        after.requestVideoFrameCallback(next);
      });
      return seen.sort((a, b) => a - b);
    });
    expect(drifts.length).toBeGreaterThan(10);
    expect(drifts[Math.floor(drifts.length / 2)]).toBeLessThan(0.05);
    expect(drifts.at(-1)).toBeLessThan(0.35);
  });

  test("pause and seek hold both at the same frame", async () => {
    const { page } = opened;
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByLabel("Position").fill("0.7");
    await page.waitForFunction(() => {
      const videos = [...document.querySelectorAll<HTMLVideoElement>("#comparison .stage video")];
      return videos.every(
        (video) => video.paused && !video.seeking && Math.abs(video.currentTime - 0.7) < 0.001,
      );
    });
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLVideoElement>("#comparison .stage video")].every(
        (video) => !video.paused,
      ),
    );
  });

  test("sound is off until it is asked for, and then comes from the result alone", async () => {
    const muted = () =>
      opened.page.evaluate(() =>
        [...document.querySelectorAll<HTMLVideoElement>("#comparison .stage video")].map(
          (video) => video.muted,
        ),
      );
    expect(await muted()).toEqual([true, true]);
    await opened.page.getByRole("button", { name: "Sound" }).click();
    expect(await muted()).toEqual([false, true]);
    expect(opened.errors).toEqual([]);
  });
});
