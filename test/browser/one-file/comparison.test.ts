/** Before and after of examples/01-one-file: the line, the size, the loupe, and both videos in step. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { frogClip } from "../../support/clips.ts";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";
import type { OneFilePage } from "../../support/browser/one-file-page.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("before and after", () => {
  let opened: OneFilePage;

  beforeAll(async () => {
    opened = await openOneFilePage({ chromium, page: inject("page"), touch: true });
    await opened.choose(frogClip);
    await opened.pick("fastest");
    await opened.start();
    await opened.waitFor("done");
  });
  afterAll(() => opened?.[Symbol.asyncDispose]());

  const stage = () => opened.page.locator("#comparison .stage");
  const slider = () => stage().getByRole("slider", { name: "How much of the original is shown" });
  const value = async (): Promise<number> => Number(await slider().getAttribute("aria-valuenow"));
  const box = async () => (await stage().boundingBox())!;
  /** Where both videos lie, from the stage's corner, and how wide they are. */
  const places = (): Promise<readonly { left: number; top: number; width: number; height: number }[]> =>
    stage().evaluate((root) =>
      [...root.querySelectorAll("video")].map((video) => {
        const [outer, inner] = [root.getBoundingClientRect(), video.getBoundingClientRect()];
        const { width, height } = inner;
        return { left: inner.left - outer.left, top: inner.top - outer.top, width, height };
      }),
    );
  /** The one place of both: the same detail lies under both sides of the line. */
  const place = async () => {
    const [after, before] = await places();
    expect(after).toEqual(before);
    return after!;
  };
  const press = (name: string): Promise<void> =>
    opened.page.locator("#comparison").getByRole("button", { name }).click();

  it("the line is drawn by mouse, finger and keys, and cuts the original away", async () => {
    const { page } = opened;
    const { x, y, width, height } = await box();
    const { mouse } = page;
    await mouse.move(x + width / 2, y + height / 2);
    await mouse.down();
    await mouse.move(x + width * 0.25, y + height / 2, { steps: 4 });
    expect(await value()).toBeCloseTo(25, -0.5);
    const clip = await page
      .locator("#comparison .pane.before")
      .evaluate((pane) => getComputedStyle(pane).clipPath);
    expect(
      Number(/inset\(0(?:px)? ([\d.]+)%|calc\(([\d.]+)%/.exec(clip)?.slice(1).find(Boolean)),
    ).toBeCloseTo(75, -0.5);
    await mouse.move(x - 200, y + height / 2);
    await mouse.up();
    await mouse.move(x + width * 0.75, y + height / 2);
    expect(await value()).toBe(0);
    await page.touchscreen.tap(x + width * 0.7, y + height * 0.7);
    expect(await value()).toBeCloseTo(70, -0.5);

    await slider().focus();
    for (const [key, wanted] of [
      ["Home", 0],
      ["ArrowLeft", 0],
      ["ArrowRight", 2],
      ["ArrowUp", 4],
      ["PageUp", 14],
      ["End", 100],
    ] as const) {
      await slider().press(key);
      expect(await value(), key).toBe(wanted);
    }
    expect(await slider().getAttribute("aria-valuetext")).toBe("100 % original, 0 % upscaled");
  });

  it("it begins at its own size; fit, twice, and back, by buttons", async () => {
    expect((await place()).width).toBe(480);
    await press("Fit");
    const fit = await place();
    const { width, height } = await box();
    expect(Math.max(fit.width / width, fit.height / height)).toBeCloseTo(1, 2);
    await press("2:1");
    expect((await place()).width).toBe(960);
    await press("1:1");
    expect((await place()).width).toBe(480);
  });

  it("a wheel zooms about the pointer, and what is dragged goes with it", async () => {
    const { page } = opened;
    await press("2:1");
    const { x, y, width, height } = await box();
    const at = { x: width * 0.62, y: height * 0.4 };
    const share = async () => {
      const { left, top, width: wide, height: high } = await place();
      return [(at.x - left) / wide, (at.y - top) / high];
    };
    const before = await share();
    await page.mouse.move(x + at.x, y + at.y);
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => (await place()).width).toBeCloseTo(1920, 0);
    const after = await share();
    expect(after[0]).toBeCloseTo(before[0]!, 2);
    expect(after[1]).toBeCloseTo(before[1]!, 2);

    const from = await place();
    await page.mouse.down();
    await page.mouse.move(x + at.x - 60, y + at.y + 30, { steps: 3 });
    await page.mouse.up();
    const to = await place();
    expect([to.left - from.left, to.top - from.top]).toEqual([-60, 30]);
    await stage().press("ArrowRight");
    expect((await place()).left).toBe(to.left - 60);

    // at its smallest the wheel is the page's again
    await press("1:1");
    await page.mouse.move(x + at.x, y + at.y);
    await page.mouse.wheel(0, 400);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
    expect((await place()).width).toBe(480);
    await page.evaluate(() => scrollTo(0, 0));
  });

  it("two fingers zoom about what lies between them", async () => {
    const { page } = opened;
    const { x, y, width, height } = await box();
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart: number): Promise<unknown> =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints:
          type === "touchEnd"
            ? []
            : [-1, 1].map((side, id) => ({ x: x + width / 2 + side * apart, y: y + height / 2, id })),
      });
    await touch("touchStart", 40);
    for (const apart of [60, 80, 100, 120]) await touch("touchMove", apart);
    await touch("touchEnd", 0);
    const { left, width: wide } = await place();
    expect(wide / 480).toBeCloseTo(3, 0);
    expect((width / 2 - left) / wide).toBeCloseTo(0.5, 1);
    await press("1:1");
  });

  it("the loupe shows the same spot of both, larger, and goes with pointer and keys", async () => {
    const { page } = opened;
    const { x, y, width, height } = await box();
    const loupe = page.locator("#comparison .loupe");
    await press("Loupe");
    await page.mouse.move(x + width * 0.4, y + height * 0.8);
    await loupe.waitFor();
    const [first] = [await loupe.boundingBox()];
    const levels = () =>
      loupe.locator("canvas").evaluateAll((glasses) =>
        glasses.map((glass) => {
          const canvas = glass as HTMLCanvasElement;
          const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
          return [...data].reduce((sum, each) => sum + each, 0) / data.length;
        }),
      );
    await expect.poll(async () => (await levels()).every((level) => level > 90)).toBe(true);
    const [before, after] = await levels();
    expect(Math.abs(before! - after!)).toBeLessThan(12);
    await stage().focus();
    await stage().press("ArrowRight");
    const moved = (await loupe.boundingBox())!;
    expect(moved.x - first!.x).toBe(16);
    await stage().press("l");
    expect(await loupe.isVisible()).toBe(false);
  });

  it("the whole screen, the original alone while a button is held, and the same under the keys", async () => {
    const { page } = opened;
    await stage().press("f");
    await page.waitForFunction(() => document.fullscreenElement?.id === "comparison");
    await page.keyboard.press("f");
    await page.waitForFunction(() => document.fullscreenElement === null);
    const hold = page.locator("#comparison").getByRole("button", { name: "Hold: original" });
    const { x, y, width, height } = (await hold.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    expect(await stage().getAttribute("data-blink")).toBe("before");
    expect(
      await stage()
        .locator(".pane.before")
        .evaluate((pane) => getComputedStyle(pane).clipPath),
    ).toBe("none");
    await page.mouse.up();
    expect(await stage().getAttribute("data-blink")).toBe(null);
  });

  it.each([
    [1280, 720, 640, 360],
    [1280, 720, 960, 540],
    [1366, 768, 640, 360],
    [1366, 768, 1024, 576],
    [1366, 768, 480, 720],
  ])(
    "in a window of %d × %d a source of %d × %d is not shown smaller than it is",
    async (w, h, width, height) => {
      const { page } = opened;
      await page.setViewportSize({ width: w, height: h });
      // the style and the sizes are the page's own; a file of that size takes too long to make here
      const seen = await stage().evaluate(
        async (root, source) => {
          root.style.setProperty("--ratio", String(source.width / source.height));
          root.style.setProperty("--source-height", `${source.height}px`);
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          const scale = Math.min(root.clientWidth / source.width, root.clientHeight / source.height);
          return { scale, isWithin: root.clientHeight <= innerHeight && root.clientWidth <= innerWidth };
        },
        { width, height },
      );
      expect(seen.scale).toBeGreaterThanOrEqual(1);
      expect(seen.isWithin).toBe(true);
    },
  );

  it("both videos play, and stay together across the loop", async () => {
    const drifts = await opened.page.evaluate(async () => {
      const after = document.querySelector<HTMLVideoElement>("#comparison video.after")!;
      const before = document.querySelector<HTMLVideoElement>("#comparison video.before")!;
      await after.play();
      const seen: number[] = [];
      let loops = 0;
      let last = after.currentTime;
      await new Promise<void>((resolve) => {
        const next = (): void => {
          if (after.currentTime < last) loops++;
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

  it("pause and seek hold both at the same frame; sound is the result's, once it is asked for", async () => {
    const { page } = opened;
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByLabel("Position").fill("0.7");
    await page.waitForFunction(() => {
      const videos = [...document.querySelectorAll<HTMLVideoElement>("#comparison .stage video")];
      return videos.every(
        (video) => video.paused && !video.seeking && Math.abs(video.currentTime - 0.7) < 0.001,
      );
    });
    await page.locator("#done-title").focus();
    await page.keyboard.press(" ");
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLVideoElement>("#comparison .stage video")].every(
        (video) => !video.paused,
      ),
    );
    const muted = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLVideoElement>("#comparison .stage video")].map(
          ({ muted: is }) => is,
        ),
      );
    expect(await muted()).toEqual([true, true]);
    await page.getByRole("button", { name: "Sound" }).click();
    expect(await muted()).toEqual([false, true]);
    expect(opened.errors).toEqual([]);
  });
});
