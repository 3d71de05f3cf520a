/** Tatami's WebGPU engine on 8-bit integers, on a software adapter. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { IntegerOutcome } from "../pages/webgpu-integers/main.ts";
import type { GpuCase } from "../pages/webgpu-passes/run-case.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

/** What the tuner came to. */
interface TunedOutcome {
  readonly keys: readonly string[];
  readonly choices: readonly string[];
  /** Decibels by which its numbers are close to the reference's. */
  readonly psnr: number;
}

const chromium = inject("chromium");
const literal = { variant: { features: "int8" } } as const;
const uniform = { variant: { features: "int8", weights: "uniform", columns: 4 } } as const;
const storage = {
  variant: { features: "int8", weights: "storage", columns: 8, workgroup: [16, 4] },
} as const;
const [noise, ramp] = ["noise", "ramp"] as const;

const cases: readonly GpuCase[] = [
  { model: "m3-x2", width: 17, height: 13, batch: 3, count: 5, picture: noise, options: literal },
  { model: "m3-x2", width: 272, height: 33, batch: 1, count: 1, picture: noise, options: uniform },
  { model: "m3-x2", width: 64, height: 64, batch: 3, count: 3, picture: ramp, options: uniform },
  { model: "m3-x2", width: 1, height: 1, batch: 2, count: 3, picture: noise, options: uniform },
  { model: "m5-x4", width: 17, height: 13, batch: 2, count: 2, picture: noise, options: uniform },
  { model: "wide-x2", width: 17, height: 13, batch: 2, count: 2, picture: noise, options: storage },
  { model: "unequal", width: 17, height: 13, batch: 2, count: 4, picture: noise, options: literal },
  { model: "unequal", width: 31, height: 9, batch: 2, count: 2, picture: ramp, options: uniform },
  { model: "unequal", width: 31, height: 9, batch: 2, count: 2, picture: ramp, options: storage },
  {
    model: "unequal",
    width: 31,
    height: 80,
    batch: 2,
    count: 2,
    picture: noise,
    options: { ...uniform, mostBufferBytes: 50_000 },
  },
];

describe.skipIf(chromium === "")("8-bit integers on WebGPU", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "webgpu-integers", "compareWithIntegers", { webgpu: true });
    served.page.setDefaultTimeout(0);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it.each(cases.map((each) => [JSON.stringify(each), each] as const))(
    "are what their definition says: %s",
    async (_, each) => {
      const scale = each.model === "unequal" ? 3 : Number(each.model.split("-x")[1]);
      const seen = await served.call<IntegerOutcome>("compareWithIntegers", each);
      expect(seen.shape).toEqual([each.count, 1, scale * each.height, scale * each.width]);
      // a number between two integers may become either, which a few pixels around it show
      expect(seen.differing).toBeLessThan(0.02);
      expect(seen.worst).toBeLessThan(0.02);
      expect(seen.differingLevels).toBeLessThan(0.002);
      expect(seen.levels).toBeLessThanOrEqual(8);
      expect(Math.abs(seen.psnr[0] - seen.psnr[1])).toBeLessThan(0.05);
    },
  );

  it.each(["m3-x2", "m5-x4"])("pass the self-test with the shipped %s", async (name) => {
    expect(await served.call<string>("selfTested", name)).toBe("");
  });

  it("are refused for a network that loses too much on them, or has nothing to run on them", async () => {
    expect(await served.call<string>("selfTested", "unequal")).toMatch(
      /^wrong-answer: On 8-bit integers webgpu comes to [\d.]+ dB of model "unequal" \(needed: 50 dB\)/,
    );
    expect(await served.call<string>("refused")).toMatch(
      /^invalid-model: Of 2 convolutions none lies between/,
    );
  });

  it("draw the frames that floats draw, whole and by the patches that changed", async () => {
    const decibels = await served.call<number[]>("throughFrames", "m3-x2");
    expect(decibels).toHaveLength(4);
    for (const psnr of decibels) {
      expect(psnr).toBeGreaterThan(45);
      // not the same shaders twice
      expect(psnr).toBeLessThan(90);
    }
    console.log(
      `frames on integers: ${decibels.map((psnr) => psnr.toFixed(1)).join(", ")} dB of those on floats`,
    );
  });

  it("are among the tuner's candidates where they are allowed, and what it chooses passes the self-test", async () => {
    const seen = await served.call<TunedOutcome>("tunedWithIntegers", "m3-x2", 4000);
    expect(seen.keys).toEqual([expect.stringMatching(/, m3-x2 \w{8}, 80×60, integers too$/)]);
    expect(seen.choices[0]).toMatch(/"features":"(f32|f16|int8)"/);
    expect(seen.psnr).toBeGreaterThan(seen.choices[0]!.includes("int8") ? 40 : 80);
    console.log(`the tuner's choice among integers too: ${seen.choices[0]}`);
  });

  it("are among what an upscaler measures where it is told that it may", async () => {
    const { kept, psnr } = await served.call<{ kept: string[]; psnr: number }>("upscaleWithIntegers");
    expect(kept.length).toBeGreaterThan(0);
    // floats differ by rounding alone; where integers were chosen single pixels differ by up to eight levels
    expect(psnr).toBeGreaterThan(kept.join().includes("int8") ? 40 : 45);
  });
});
