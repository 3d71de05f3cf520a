/** WebGPU in the places it may be used in, and from a video element, on a software adapter. */

import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { PlaceComparison } from "../pages/webgpu-places/main.ts";
import type { VideoOutcome } from "../pages/webgpu-places/from-video.ts";
import { bunnyClip } from "../../support/clips.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

const chromium = inject("chromium");
const pictures = fileURLToPath(new URL("../../.output/frame-processor/", import.meta.url));

describe.skipIf(chromium === "")("the WebGPU engine and the frame processor", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "webgpu-places", "enlargeInside", { webgpu: true });
    served.page.setDefaultTimeout(0);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const worker = "DedicatedWorkerGlobalScope";
  it.each([
    ["the window, a second time", []],
    ["a worker", [worker]],
    ["a worker's worker", [worker, worker]],
  ])(
    "give in %s, bit for bit, what they give in the window, and leave nothing behind",
    async (_, workers) => {
      const seen = await served.call<PlaceComparison>("enlargeInside", workers.length);
      expect(seen.place).toEqual([...workers, "Window"]);
      expect(seen.worst).toBeLessThan(1e-4);
      expect(seen.compared).toEqual([33 * 20 * 4 * 4, 33 * 20 * 4 * 4, 33 * 20 * 4 * 4]);
      expect(seen.different).toEqual([0, 0, 0]);
      expect(Math.min(...seen.levels)).toBeGreaterThan(100);
      expect(seen.ends).toEqual(["destroyed", "destroyed"]);
      await Promise.all(served.page.workers().map((each) => each.waitForEvent("close")));
    },
  );

  it("enlarge what a video element shows, wherever it is sought, as the CPU does", async () => {
    const clip = { path: bunnyClip, contentType: "video/mp4" };
    await served.page.route("**/clip.mp4", (route) => route.fulfill(clip));
    const seen = await served.call<VideoOutcome[]>("enlargeFromVideo", "clip.mp4", [0.5, 1.22]);
    // 25 frames a second: the frames that these times fall into
    expect(seen.map(({ mediaTime }) => mediaTime)).toEqual([expect.closeTo(0.48), expect.closeTo(1.2)]);
    expect(seen[1]!.change).toBeGreaterThan(5);
    await mkdir(pictures, { recursive: true });
    for (const { size, mediaTime, worst, mean, picture } of seen) {
      expect(size).toEqual([640, 360]);
      expect(worst).toBeLessThanOrEqual(3);
      expect(mean).toBeLessThan(0.6);
      await writeFile(`${pictures}video-${mediaTime.toFixed(2)}.png`, Buffer.from(picture, "base64"));
    }
  });
});
