/** The page of examples/03-live-camera, with a real clip in place of the camera. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { writeCameraClip } from "../../support/browser/camera-clip.ts";
import { bunnyClip } from "../../support/clips.ts";
import { lookAtPage, openExamplePage } from "../../support/browser/example-page.ts";
import { recordGaps } from "../../support/browser/main-thread.ts";
import { readVideo } from "../../support/read-video.ts";

const chromium = inject("chromium");
const output = fileURLToPath(new URL("../../.output", import.meta.url));
const camera = `${output}/camera.mjpeg`;

describe.skipIf(chromium === "")("the page of a live camera", () => {
  beforeAll(() => writeCameraClip(chromium, bunnyClip, camera));

  it("enlarges the camera beside its own picture, counts, records it with sound, and switches it off", async () => {
    await using opened = await openExamplePage(chromium, inject("liveCameraPage"), { camera });
    const { page, errors } = opened;
    expect(await lookAtPage(page, "live-camera-empty")).toEqual([]);
    await page.getByLabel("Camera's picture").selectOption("320x240");
    await page.getByLabel("Model").selectOption("m3-x2-camera");
    await page.getByLabel("Ask for the microphone").check();
    await page.getByRole("button", { name: "Start the camera" }).click();
    const text = (id: string): Promise<string> => page.locator(`#${id}`).innerText();
    await expect.poll(async () => Number(await text("rate")), { timeout: 60_000 }).toBeGreaterThan(0);
    expect(await text("after-size")).toMatch(/640×360$/);
    expect(await text("before-size")).toMatch(/320×180$/);
    expect(await page.locator("#engine").textContent()).toMatch(
      /^m3-x2-camera on WebAssembly.*in a worker; read by track-processor.*; sound of /,
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
    expect(await lookAtPage(page, "live-camera-working")).toEqual([]);
    await page.getByRole("button", { name: "Record" }).press("Enter");
    const endGaps = await recordGaps(page);
    await expect.poll(() => text("recorded")).toBe("0:02");
    expect((await endGaps()).longestTaskMs).toBeLessThan(100);
    expect(await lookAtPage(page, "live-camera-recording")).toEqual([]);
    await page.getByRole("button", { name: "Stop recording" }).click();
    await page.getByRole("heading", { name: "Recordings" }).waitFor();
    await checkRecording(page);

    const isLive = (): Promise<boolean> =>
      page.evaluate(() => {
        const stream = document.querySelector<HTMLVideoElement>("#before")!.srcObject as MediaStream | null;
        return stream?.getTracks().some(({ readyState }) => readyState === "live") ?? false;
      });
    expect(await isLive()).toBe(true);
    // what is under way when the camera is stopped is kept, and is not thrown away unasked
    await page.getByRole("button", { name: "Record" }).click();
    await expect.poll(() => text("recorded")).toBe("0:01");
    await page.getByRole("button", { name: "Stop the camera" }).click();
    await opened.waitFor("empty");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("empty-title");
    await expect.poll(() => page.locator("body").getAttribute("data-camera")).toBe("off");
    await expect.poll(() => page.locator("#recordings li").count()).toBe(2);
    expect(await lookAtPage(page, "live-camera-recorded")).toEqual([]);
    await discardAll(page);
    expect(await isLive()).toBe(false);
    await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
    expect(errors).toEqual([]);
  });

  it("enlarges what is asked for, not what the camera gives", async () => {
    await using opened = await openExamplePage(chromium, inject("liveCameraPage"), { camera });
    const { page, errors } = opened;
    // a part of the camera's 320×180, shown smaller
    await page.getByLabel("Camera's picture").selectOption("160x120");
    await page.getByLabel("Model").selectOption("micro-x2");
    await page.getByRole("button", { name: "Start the camera" }).click();
    const size = (id: string) => page.locator(`#${id}-size`);
    await expect.poll(() => size("after").innerText(), { timeout: 60_000 }).toMatch(/320×240$/);
    expect(await size("before").innerText()).toMatch(/160×120$/);
    expect(await lookAtPage(page, "live-camera-smaller")).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("says what to do where there is no camera", async () => {
    await using opened = await openExamplePage(chromium, inject("liveCameraPage"));
    const { page } = opened;
    await page.getByRole("button", { name: "Start the camera" }).click();
    await opened.waitFor("failed");
    expect(await page.locator("#failed-code").textContent()).toBe("input-not-found");
    expect(await page.locator("#failed-fix").innerText()).toMatch(/\w/);
    expect(await lookAtPage(page, "live-camera-failed")).toEqual([]);
    await page.getByRole("button", { name: "Back" }).click();
    await opened.waitFor("empty");
    expect(page.workers()).toHaveLength(0);
  });
});

/** The file that is saved: all that was enlarged, at its size, in the time that it took, with its sound. */
const checkRecording = async (page: Page): Promise<void> => {
  const item = page.locator("#recordings li");
  const [, count] = /^640 × 360 · [\d.]+ s · (\d+) pictures · with sound · /.exec(
    await item.locator("p").innerText(),
  )!;
  const shown = await item.locator("video").evaluate(async (video: HTMLVideoElement) => {
    if (video.readyState < 1) await new Promise((done) => video.addEventListener("loadedmetadata", done));
    await video.play();
    return [video.videoWidth, video.videoHeight, video.duration] as const;
  });
  expect(shown.slice(0, 2)).toEqual([640, 360]);
  expect(shown[2]).toBeGreaterThan(1.5);
  await expect
    .poll(() => item.locator("video").evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThan(0.2);
  const [download] = await Promise.all([page.waitForEvent("download"), item.getByText("Save").click()]);
  expect(download.suggestedFilename()).toMatch(/^camera-\d{4}-\d\d-\d\d-\d{6}-640x360\.mp4$/);
  const written = await readVideo(new Uint8Array(await readFile(await download.path())));
  expect([written.width, written.height]).toEqual([640, 360]);
  expect(written.timestamps).toHaveLength(Number(count));
  expect(written.timestamps[0]).toBe(0);
  expect(written.timestamps.toSorted((a, b) => a - b)).toEqual(written.timestamps);
  const heard = written.audio[0]!.packets.at(-1)!;
  expect(Math.abs(heard.timestamp + heard.duration - shown[2])).toBeLessThan(0.5);
  // none is missing between two: a camera of 25 a second, of which this machine enlarges as many as it can
  expect(Number(count)).toBeGreaterThan(5);
};

/** The one that was saved goes unasked, the other only when that is said. */
const discardAll = async (page: Page): Promise<void> => {
  const items = page.locator("#recordings li");
  const asked: string[] = [];
  const discard = async (at: number, sure: boolean): Promise<void> => {
    page.once("dialog", (dialog) => {
      asked.push(dialog.message());
      void (sure ? dialog.accept() : dialog.dismiss());
    });
    await items.nth(at).getByText("Discard").click();
  };
  await items.nth(1).getByText("Discard").click();
  await expect.poll(() => items.count()).toBe(1);
  await discard(0, false);
  await expect.poll(() => asked).toEqual(["The recording has not been saved. Discard it?"]);
  expect(await items.count()).toBe(1);
  await discard(0, true);
  await expect.poll(() => items.count()).toBe(0);
  expect(await page.locator("#recordings").isHidden()).toBe(true);
};
