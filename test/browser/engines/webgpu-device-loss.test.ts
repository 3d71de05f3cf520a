/** The GPU is lost in mid-stream: what was under way is done again, on the GPU or by the next engine. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { LossOutcome, VideoLossOutcome } from "../pages/device-loss/main.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

const chromium = inject("chromium");
const frames = 18;
const everyTimestamp = Array.from({ length: frames }, (_, index) => index / 25);

describe.skipIf(chromium === "")("a stream whose GPU device is destroyed", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "device-loss", "upscaleStream", { webgpu: true, isolated: true });
    served.page.setDefaultTimeout(0);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it.each([
    ["never", [], "webgpu", 1],
    ["once: it is opened anew", [6], "webgpu", 2],
    ["twice: the next engine takes over, and the report says so", [3, 12], "wasm", 2],
  ] as const)("%s; no frame is lost, doubled, reordered or wrong", async (_, losses, backend, devices) => {
    const seen = await served.call<LossOutcome>("upscaleStream", frames, losses);
    expect(seen.timestamps).toEqual(everyTimestamp);
    expect(Math.max(...seen.worst)).toBeLessThanOrEqual(1);
    expect(seen.backend).toBe(backend);
    expect(seen.devices).toBe(devices);
    expect(seen.open).toBe(0);
    if (backend === "webgpu") expect(seen.rejected).toEqual([]);
    else expect(seen.rejected).toEqual([expect.stringMatching(/^webgpu: device-lost: .*opened anew\.$/)]);
  });

  it.each(["UpscaleStream", "upscaleFrames", "connectUpscaler"] as const)(
    "comes through %s whole, lost twice",
    async (door) => {
      const seen = await served.call<LossOutcome>("upscaleStream", 9, [2, 6], door);
      expect(seen.timestamps).toEqual(everyTimestamp.slice(0, 9));
      expect(Math.max(...seen.worst)).toBeLessThanOrEqual(1);
      expect(seen.backend).toBe("wasm");
      expect(seen.rejected).toEqual([expect.stringMatching(/^webgpu: device-lost: .*opened anew\.$/)]);
      expect(seen.open).toBe(0);
    },
  );

  it.each([
    ["never", [], "webgpu", 1],
    ["once", [3], "webgpu", 2],
    ["twice", [2, 5], "wasm", 2],
  ] as const)(
    "VideoFrames too stay on the GPU, and all of them come through: %s",
    async (_, losses, backend, devices) => {
      const seen = await served.call<VideoLossOutcome>("upscaleVideoFrames", 8, losses);
      expect(seen.timestamps).toEqual(Array.from({ length: 8 }, (_frame, index) => index * 40_000));
      expect(Math.max(...seen.worst)).toBeLessThanOrEqual(3);
      expect(seen.backend).toBe(backend);
      expect(seen.devices).toBe(devices);
      expect(seen.closed).toBe(8);
      expect(seen.open).toBe(0);
      // the second of two frames that are alike is reused, unless its device was lost with all it remembered
      for (let index = 0; index < 8; index++) {
        const again = index % 2 === 1 && !(losses as readonly number[]).includes(index);
        expect([index, (seen.computed[index] ?? -1) === 0]).toEqual([index, again]);
      }
      const own = seen.formats.filter((format) => format === "I420").length;
      expect(own).toBe(backend === "webgpu" ? 0 : 8 - losses[1]!);
    },
  );
});
