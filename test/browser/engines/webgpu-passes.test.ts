/** Tatami's own WebGPU engine against the reference, on a software adapter. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { PassOutcome, TuneOutcome } from "../pages/webgpu-passes/main.ts";
import type { GpuCase } from "../pages/webgpu-passes/run-case.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

const chromium = inject("chromium");
const uniform = { variant: { weights: "uniform", columns: 4 } } as const;
const storage = { variant: { weights: "storage", columns: 8, workgroup: [16, 4] } } as const;
const [noise, ramp] = ["noise", "ramp"] as const;

const cases: readonly GpuCase[] = [
  { model: "m3-x2", width: 17, height: 13, batch: 3, count: 5, picture: noise },
  { model: "m5-x4", width: 17, height: 13, batch: 2, count: 5, picture: ramp },
  { model: "m3-x2", width: 272, height: 185, batch: 1, count: 1, picture: noise },
  { model: "m3-x2", width: 64, height: 64, batch: 3, count: 3, picture: ramp },
  { model: "m3-x2", width: 1, height: 1, batch: 2, count: 3, picture: noise },
  { model: "m5-x2", width: 17, height: 13, batch: 3, count: 2, picture: ramp, tenBits: true },
  { model: "m5-x4", width: 17, height: 13, batch: 2, count: 2, picture: noise, tenBits: true },
  { model: "wide-x2", width: 17, height: 13, batch: 2, count: 2, picture: noise },
  { model: "unequal", width: 17, height: 13, batch: 2, count: 5, picture: noise },
  { model: "unequal", width: 31, height: 9, batch: 2, count: 2, picture: ramp },
  { model: "unequal", width: 31, height: 9, batch: 2, count: 2, picture: ramp, options: uniform },
  { model: "unequal", width: 31, height: 9, batch: 2, count: 2, picture: ramp, options: storage },
  { model: "m5-x2", width: 33, height: 12, batch: 2, count: 2, picture: noise, options: uniform },
  {
    model: "unequal",
    width: 31,
    height: 80,
    batch: 2,
    count: 5,
    picture: noise,
    options: { mostBufferBytes: 50_000 },
  },
];

describe.skipIf(chromium === "")("Tatami's WebGPU engine", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "webgpu-passes", "compareWithReference", { webgpu: true });
    served.page.setDefaultTimeout(0);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it.each(cases.map((each) => [JSON.stringify(each), each] as const))(
    "agrees with the reference: %s",
    async (_, each) => {
      const scale = each.model === "unequal" ? 3 : Number(each.model.split("-x")[1]);
      const seen = await served.call<PassOutcome>("compareWithReference", each);
      expect(seen.shape).toEqual([each.count, 1, scale * each.height, scale * each.width]);
      expect(seen.worst).toBeLessThan(1e-4);
      expect(seen.levels).toBeLessThanOrEqual(1);
    },
  );

  it("works twice at once, each on a device of its own", async () => {
    const worst = await served.call<number[]>("twoAtOnce");
    expect(worst).toHaveLength(2);
    expect(Math.max(...worst)).toBeLessThan(1e-4);
  });

  it("leaves a device that was given to it as it is", async () => {
    const seen = await served.call<{ worst: number; alive: boolean }>("onGivenDevice");
    expect(seen.worst).toBeLessThan(1e-4);
    expect(seen.alive).toBe(true);
  });

  it("tunes, remembers its choice by adapter, model and size, and is right before and after", async () => {
    const seen = await served.call<TuneOutcome>("tuned", 6000);
    expect(seen.keys).toEqual([
      expect.stringMatching(/^tatami webgpu 1: .*swiftshader.*, unequal \w{8}, 80×60$/i),
    ]);
    expect(seen.choices[0]).toMatch(/"weights":"(literal|uniform|storage)"/);
    expect(seen.worst).toHaveLength(2);
    expect(Math.max(...seen.worst)).toBeLessThan(seen.choices[0]!.includes("f16") ? 1 / 255 : 1e-4);
    const { offered, made, left, milliseconds } = seen.clock;
    expect(left).toBe(0);
    expect([made > 0, milliseconds.length > 0]).toEqual([offered, offered]);
    const forward = milliseconds.filter((each) => each > 0);
    const median = forward.toSorted((a, b) => a - b)[forward.length >> 1]?.toFixed(1);
    console.info(
      offered
        ? `the tuner's clock: timestamps, forward in ${forward.length} of ${milliseconds.length} bursts, ${median} ms in the median`
        : "the tuner's clock: the wall's, for this adapter has no timestamp-query",
    );
  });

  it("stores half floats where the device has them, to a level, and says which shader is refused where not", async () => {
    const seen = await served.call<{ present: boolean; with: unknown; without: unknown }>("halfFloats");
    const refused = expect.stringMatching(
      /^unsupported-environment: .*"convolution \d": line \d+, column \d+: .*f16/,
    );
    expect(seen.without).toEqual(refused);
    if (seen.present) expect(seen.with).toBeLessThan(1 / 255);
    else expect(seen.with).toEqual(refused);
    console.log(
      `half floats: ${seen.present ? `present, off by ${String(seen.with)}` : "absent from this adapter"}`,
    );
  });

  it("stops at an abort with the signal's own reason, and works again afterwards", async () => {
    const seen = await served.call<Record<string, unknown>>("aborted");
    expect(seen).toEqual({ during: "now", untouched: true, before: "enough", levels: expect.any(Number) });
    expect(seen["levels"]).toBeLessThanOrEqual(1);
  });

  it("passes over an adapter that is emulated, unless asked", async () => {
    expect(await served.call<string>("unasked")).toMatch(/adapter \(.*swiftshader.*\) is emulated/i);
  });
});
