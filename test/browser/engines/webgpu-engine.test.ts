/** WebGPU engines against the reference, on a software adapter: small pictures. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { EngineOutcome } from "../pages/webgpu-engine/main.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("WebGPU engines", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "webgpu-engine", "compareWithReference", { webgpu: true });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it.each([
    ["onnx-webgpu", "m5-x2", 17, 13, 3],
    ["onnx-webgpu", "m5-x2", 24, 20, 1],
    ["onnx-webgpu", "m5-x4", 17, 13, 2],
    ["onnx-webgpu", "scans", 24, 16, 2],
    ["webgpu", "scans", 24, 16, 2],
    ["webgpu", "m5-x4", 17, 13, 2],
  ] as const)(
    "%s agrees with the reference: %s at %i×%i, %i of a batch of 3",
    async (engine, name, width, height, count) => {
      const scale = name.endsWith("4") ? 4 : 2;
      const args = [engine, name, width, height, count];
      const seen = await served.call<EngineOutcome>("compareWithReference", ...args);
      expect(seen.shape).toEqual([count, 1, scale * height, scale * width]);
      expect(seen.worst).toBeLessThan(1e-4);
    },
  );
});
