/** The RxJS operators with WebCodecs frames, in a real page. */

import { describe, expect, inject, it } from "vitest";
import { openServedPage } from "../../support/browser/served-page.ts";
import type { PipelineOutcome } from "../pages/rxjs/main.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("RxJS operators", () => {
  it("enlarge, judge, select, write and read VideoFrames, and leave none open", async () => {
    await using served = await openServedPage(chromium, "rxjs", "runPipeline");
    const times = [0, 1, 2, 3].map((index) => index * 40_000);
    expect(await served.call<PipelineOutcome>("runPipeline")).toEqual({
      enlarged: times.map((timestamp) => [128, timestamp, 999]),
      // the same picture each time
      moved: [[0, 1]],
      written: 4,
      readBack: times.map((timestamp) => `128×96 at ${(timestamp / 1e6).toFixed(2)} s`),
      open: 0,
      framesOpen: 0,
    });
  });
});
