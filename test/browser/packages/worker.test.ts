/** `connectUpscaler` in a real page, with a worker file that Vite serves. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("an upscaler in a page's worker", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "worker", "upscaleInWorker");
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it("enlarges VideoFrames as the page does, and its errors are whole", async () => {
    expect(await served.call("upscaleInWorker")).toEqual({
      size: [80, 52],
      timestamps: [0, 40_000, 80_000, 120_000],
      inputsAreClosed: true,
      samePixels: true,
      lost: "worker-lost",
      refused: { code: "invalid-option", fixed: true, option: "options.patchSize" },
    });
    // all of them were the page's own, and end; the browser says so a moment later
    await expect.poll(() => served.page.workers()).toEqual([]);
  });
});
