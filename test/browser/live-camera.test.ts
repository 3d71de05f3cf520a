/** The page of examples/03-live-camera, with a real clip in place of the camera. */

import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { writeCameraClip } from "../support/camera-clip.ts";
import { bunnyClip } from "../support/clips.ts";
import type { Look } from "../support/example-page.ts";
import { lookAtPage, openExamplePage } from "../support/example-page.ts";

const chromium = inject("chromium");
const output = fileURLToPath(new URL("../.output", import.meta.url));
const camera = `${output}/camera.mjpeg`;
const looks: readonly Look[] = [1280, 390].map((width) => ({ colorScheme: "dark", width }));

describe.skipIf(chromium === "")("the page of a live camera", () => {
  beforeAll(() => writeCameraClip(chromium, bunnyClip, camera));

  test("enlarges the camera beside its own picture, counts, and switches it off", async () => {
    await using opened = await openExamplePage(chromium, inject("liveCameraPage"), { camera });
    const { page, errors } = opened;
    expect(await lookAtPage(page, "live-camera-empty", looks)).toEqual([]);
    await page.getByLabel("Camera's picture").selectOption("320x240");
    await page.getByLabel("Model").selectOption("m3-x2-camera");
    await page.getByRole("button", { name: "Start the camera" }).click();
    const text = (id: string): Promise<string> => page.locator(`#${id}`).innerText();
    await expect.poll(async () => Number(await text("rate")), { timeout: 60_000 }).toBeGreaterThan(0);
    expect(await text("after-size")).toMatch(/640×360$/);
    expect(await text("before-size")).toMatch(/320×180$/);
    expect(await page.locator("#engine").textContent()).toMatch(
      /^m3-x2-camera on WebAssembly.*in a worker; read by track-processor/,
    );
    // both play, and the larger one is no stretched copy
    const [before, after] = await page.evaluate(async () => {
      const shares = async (id: string): Promise<number> => {
        const video = document.querySelector<HTMLVideoElement>(`#${id}`)!;
        const canvas = new OffscreenCanvas(640, 360).getContext("2d")!;
        canvas.drawImage(video, 0, 0, 640, 360);
        const { data } = canvas.getImageData(0, 0, 640, 360);
        let sum = 0;
        for (let at = 4; at < data.length; at += 4) sum += Math.abs(data[at + 1]! - data[at - 3]!);
        return sum / data.length;
      };
      return [await shares("before"), await shares("after")] as const;
    });
    expect(before).toBeGreaterThan(0.1);
    expect(after).toBeGreaterThan(before);
    await expect.poll(async () => page.locator("#latency-curve svg").count()).toBe(1);
    expect(await text("latency")).toMatch(/^\d+ ms$/);
    expect(await text("dropped")).toMatch(/^\d+ of \d+$/);
    expect(await lookAtPage(page, "live-camera-working", looks)).toEqual([]);
    const isLive = (): Promise<boolean> =>
      page.evaluate(() => {
        const stream = document.querySelector<HTMLVideoElement>("#before")!.srcObject as MediaStream | null;
        return stream?.getTracks().some(({ readyState }) => readyState === "live") ?? false;
      });
    expect(await isLive()).toBe(true);
    await page.getByRole("button", { name: "Stop" }).click();
    await opened.waitFor("empty");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("empty-title");
    await expect.poll(() => page.locator("body").getAttribute("data-camera")).toBe("off");
    expect(await isLive()).toBe(false);
    await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
    expect(errors).toEqual([]);
  });

  test("enlarges what is asked for, not what the camera gives", async () => {
    await using opened = await openExamplePage(chromium, inject("liveCameraPage"), { camera });
    const { page, errors } = opened;
    // a part of the camera's 320×180, shown smaller
    await page.getByLabel("Camera's picture").selectOption("160x120");
    await page.getByLabel("Model").selectOption("micro-x2");
    await page.getByRole("button", { name: "Start the camera" }).click();
    const size = (id: string) => page.locator(`#${id}-size`);
    await expect.poll(() => size("after").innerText(), { timeout: 60_000 }).toMatch(/320×240$/);
    expect(await size("before").innerText()).toMatch(/160×120$/);
    expect(await lookAtPage(page, "live-camera-smaller", looks)).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("says what to do where there is no camera", async () => {
    await using opened = await openExamplePage(chromium, inject("liveCameraPage"));
    const { page } = opened;
    await page.getByRole("button", { name: "Start the camera" }).click();
    await opened.waitFor("failed");
    expect(await page.locator("#failed-code").textContent()).toBe("input-not-found");
    expect(await page.locator("#failed-fix").innerText()).toMatch(/\w/);
    expect(await lookAtPage(page, "live-camera-failed", looks)).toEqual([]);
    await page.getByRole("button", { name: "Back" }).click();
    await opened.waitFor("empty");
    expect(page.workers()).toHaveLength(0);
  });
});
