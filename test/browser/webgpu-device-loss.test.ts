/** The GPU is lost in mid-stream: what was under way is done again, on the GPU or by the next engine. */

import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { LossOutcome } from "./pages/device-loss/main.ts";
import type { ServedPage } from "../support/served-page.ts";
import { openServedPage } from "../support/served-page.ts";

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

  test.each([
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
});
