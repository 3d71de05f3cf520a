/** `createUpscaler().frame()` with WebCodecs frames, in a real page. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";
import { testFusion } from "../../support/browser/test-fusion.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("WebCodecs frames", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "video-frame", "upscaleVideoFrame");
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it.each([
    ["I420", 64, 48],
    ["NV12", 64, 48],
    ["I420", 34, 18],
    ["NV12", 126, 2],
  ] as const)("%s of %i×%i comes out twice as large, the same as without WebCodecs", async (...args) => {
    const [, width, height] = args;
    expect(await served.call("upscaleVideoFrame", ...args)).toEqual({
      width: 2 * width,
      height: 2 * height,
      format: "I420",
      timestamp: 1_234_567,
      inputIsClosed: true,
      sameLuma: true,
      sameChroma: true,
      framesOpen: 0,
    });
  });

  it.each([
    ["RGBX", "I420"],
    ["BGRA", "I420A"],
  ] as const)("%s becomes 4:2:0 of BT.601 in the studio range", async (format, becomes) => {
    const seen = await served.call<{ middle: number[] }>("upscaleColour", format, [200, 100, 50]);
    expect(seen).toMatchObject({ format: becomes, inputIsClosed: true });
    // ITU-R BT.601-7, section 2.5
    for (const [index, level] of [122.67, 91.23, 175.49].entries())
      expect(Math.abs(seen.middle[index]! - level)).toBeLessThan(1);
  });

  it("more than 8 bits are refused with a code, and closed", async () => {
    const refused = { code: "unsupported-feature", inputIsClosed: true };
    expect(await served.call("upscaleVideoFrame", "I420P10", 16, 16)).toEqual(refused);
  });

  it("of a camera that stands still are fused on request", () => testFusion(served, "wasm"));
});
