/** Frames of a camera that stands still, fused and then enlarged on WebGPU. */

import { describe, inject, it } from "vitest";
import { openServedPage } from "../../support/browser/served-page.ts";
import { testFusion } from "../../support/browser/test-fusion.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("WebCodecs frames on WebGPU", () => {
  it("are fused on request", async () => {
    await using served = await openServedPage(chromium, "video-frame", "upscaleVideoFrame", { webgpu: true });
    await testFusion(served, "webgpu");
  });
});
