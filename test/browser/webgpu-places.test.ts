/** WebGPU in the places it may be used in, and from a video element, on a software adapter. */

import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { PlaceComparison } from "./pages/webgpu-places/main.ts";
import type { ServedPage } from "../support/served-page.ts";
import { openServedPage } from "../support/served-page.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("the WebGPU engine and the frame processor", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "webgpu-places", "enlargeInside", { webgpu: true });
    served.page.setDefaultTimeout(0);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const worker = "DedicatedWorkerGlobalScope";
  test.each([
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
});
