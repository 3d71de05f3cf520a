/** Pictures compressed by a browser's own codec, as training on one's own camera does. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { CompressionOutcome } from "../pages/compression/main.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("compression by WebCodecs", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "compression", "refuse");
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it("gives every picture back, in order, in place, and worse at a higher quantizer", async () => {
    const [fine, middle, coarse] = await Promise.all(
      [20, 26, 34].map((quantizer) => served.call<CompressionOutcome>("compress", quantizer)),
    );
    for (const outcome of [fine!, middle!, coarse!]) expect(outcome.codec).toBe("avc");
    expect(fine!.places).toEqual([0, 1, 2, 3, 4]);
    for (const [index, value] of fine!.differences.entries()) {
      expect(value).toBeLessThan(6);
      expect(coarse!.differences[index]).toBeGreaterThan(1.5 * value);
      expect(middle!.differences[index]).toBeGreaterThan(value);
    }
  });

  it("says what is wrong, and passes an abort on", async () => {
    expect(await served.call("refuse")).toEqual(["invalid-option", "output-failed", "enough"]);
  });
});
