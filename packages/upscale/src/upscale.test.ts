import { readFileSync } from "node:fs";
import type { CodecDriver } from "@tatami/core";
import type { ModelChooser } from "@tatami/graph";
import { frameLedger } from "@tatami/core";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { plan } from "./plan.ts";
import { seededSesr } from "./testing/models.ts";
import type { SyntheticDriver, SyntheticOptions } from "./testing/synthetic-driver.ts";
import { createSyntheticDriver, syntheticTimestamp } from "./testing/synthetic-driver.ts";
import { upscale } from "./upscale.ts";
import { createUpscaler } from "./upscaler.ts";

const model = seededSesr();
const shared = await createUpscaler({ model, backends: ["cpu"] });
afterAll(() => shared[Symbol.asyncDispose]());
const small = { width: 12, height: 10 };
const run = (driver: SyntheticDriver, signal?: AbortSignal) =>
  upscale("synthetic", { model: shared, codecs: [driver], ...(signal ? { signal } : {}) });

function expectNothingLeft(driver: SyntheticDriver, outcome: SyntheticDriver["outcome"]): void {
  expect(frameLedger.report()).toEqual(new Map());
  expect(driver.held).toBe(0);
  expect(driver.outcome).toBe(outcome);
}

describe("upscale", () => {
  beforeEach(() => frameLedger.reset());

  it("writes every frame, in order, at its own time: from none to many", async () => {
    for (const frames of [0, 1, 2, 3, 4, 5, 9]) {
      const driver = createSyntheticDriver({ ...small, frames });
      const report = await run(driver);
      expect(report.frames).toBe(frames);
      expect(driver.written.map(({ timestamp }) => timestamp)).toEqual(
        Array.from({ length: frames }, (_, i) => syntheticTimestamp(i)),
      );
      expect(driver.written.every(({ size }) => size.width === 24 && size.height === 20)).toBe(true);
      expectNothingLeft(driver, "finished");
    }
  });

  it("ends at the size that was asked for, in the input's shape, with nothing left open", async () => {
    for (const [size, width, height] of [
      ["1.5x", 18, 16],
      [{ width: 20, height: 100 }, 20, 16],
      ["2x", 24, 20],
    ] as const) {
      const driver = createSyntheticDriver({ ...small, frames: 3 });
      const report = await upscale("synthetic", { model: shared, codecs: [driver], size });
      expect(report).toMatchObject({ frames: 3, output: { width, height }, scale: 2 });
      expect(
        driver.written.every((frame) => frame.size.width === width && frame.size.height === height),
      ).toBe(true);
      expectNothingLeft(driver, "finished");
    }
    const driver = createSyntheticDriver({ ...small, frames: 3 });
    const refused = upscale("synthetic", { model: shared, codecs: [driver], size: "3x" });
    await expect(refused).rejects.toMatchObject({
      code: "invalid-option",
      fix: expect.stringContaining("scale 4"),
    });
    expect(frameLedger.report()).toEqual(new Map());
    expect(driver.held).toBe(0);
  });

  it("has a chooser choose for the scale that the size needs", async () => {
    const scales: number[] = [];
    const chooserOf = (scale: number): ModelChooser => ({
      scale,
      at: chooserOf,
      choose: async () => {
        scales.push(scale);
        return { model, strength: 1, denoise: 0, look: "faithful", reuse: "exact", sentence: "as it is" };
      },
    });
    const codecs = [createSyntheticDriver({ ...small, frames: 2 })];
    const asked = { model: chooserOf(2), codecs, backends: ["cpu"] as const };
    expect(await plan("synthetic", { ...asked, size: "1.5x" })).toMatchObject({
      output: { width: 18, height: 16 },
    });
    // the model that this one has is of scale 2 all the same
    await expect(plan("synthetic", { ...asked, size: "3x" })).rejects.toMatchObject({
      code: "invalid-option",
    });
    expect(scales).toEqual([2, 4]);
  });

  it("reports progress that ends at the end", async () => {
    const driver = createSyntheticDriver({ ...small, frames: 4 });
    const seen: number[] = [];
    const report = await upscale("synthetic", {
      model,
      codecs: [driver],
      backends: ["cpu"],
      onProgress: ({ framesDone }) => seen.push(framesDone),
    });
    expect(seen.at(-1)).toBe(4);
    expect(report.progress).toMatchObject({ framesDone: 4, framesTotal: 4, patchesComputed: 4 });
    expect(report).toMatchObject({
      input: small,
      output: { width: 24, height: 20 },
      backend: "cpu",
      scale: 2,
    });
  });

  it("opens the input as it was asked to, and refuses what is no way to open one", async () => {
    const driver = createSyntheticDriver({ ...small, frames: 1 });
    const opened: unknown[] = [];
    const noting: CodecDriver = {
      ...driver,
      open: (input, options) => {
        opened.push(options);
        return driver.open(input, options);
      },
    };
    await upscale("synthetic", { model: shared, codecs: [noting], recover: true, frameRate: 12 });
    await upscale("synthetic", { model: shared, codecs: [noting] });
    const usual = { toSdr: false, bitDepth: "source" };
    expect(opened).toEqual([{ ...usual, frameRate: 12, recover: true }, usual]);
    const recover = "yes" as unknown as boolean;
    await expect(upscale("synthetic", { model: shared, codecs: [driver], recover })).rejects.toMatchObject({
      code: "invalid-option",
      message: 'options.recover must be true or false, not "yes".',
    });
  });

  it("leaves nothing behind wherever it is aborted, and throws the reason itself", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom("onRead" as const, "onWrite" as const),
        async (at, where) => {
          frameLedger.reset();
          const controller = new AbortController();
          const reason = new Error("aborted here");
          const hook = (index: number): void => {
            if (index === at) controller.abort(reason);
          };
          const driver = createSyntheticDriver({ ...small, frames: 8, [where]: hook });
          await expect(run(driver, controller.signal)).rejects.toBe(reason);
          expectNothingLeft(driver, "cancelled");
        },
      ),
      { numRuns: 20 },
    );
  });

  it("passes on an error of either end, and leaves nothing behind", async () => {
    for (const where of ["onRead", "onWrite"] as const)
      for (const at of [0, 1, 5]) {
        const error = new Error(`${where} ${at}`);
        const hooks: Partial<SyntheticOptions> = {
          [where]: (index: number) => {
            if (index === at) throw error;
          },
        };
        const driver = createSyntheticDriver({ ...small, frames: 6, ...hooks });
        await expect(run(driver)).rejects.toBe(error);
        expectNothingLeft(driver, "cancelled");
      }
  });

  it("holds a bounded number of frames while the output is stuck", async () => {
    let most = 0;
    const driver = createSyntheticDriver({
      ...small,
      frames: 30,
      onWrite: async () => {
        // A slow disk: everything else gets its turn before this frame is taken.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        most = Math.max(most, frameLedger.open);
      },
    });
    await run(driver);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(10);
    expectNothingLeft(driver, "finished");
  });

  it("leaves a shared upscaler open, and disposes of its own", async () => {
    for (let round = 0; round < 2; round++) {
      const driver = createSyntheticDriver({ ...small, frames: 2 });
      expect((await upscale("synthetic", { model: shared, codecs: [driver] })).frames).toBe(2);
      expectNothingLeft(driver, "finished");
    }
    const driver = createSyntheticDriver({ ...small, frames: 1 });
    const own = { model, codecs: [driver], backends: ["cpu" as const] };
    expect((await upscale("synthetic", own)).backend).toBe("cpu");
  });

  it("plans without writing", async () => {
    const driver = createSyntheticDriver({ ...small, frames: 3 });
    const planned = await plan("synthetic", { model, codecs: [driver], backends: ["cpu"] });
    expect(planned).toMatchObject({ output: { width: 24, height: 20 }, driver: "mediabunny", rejected: [] });
    expect(driver.written).toEqual([]);
    expectNothingLeft(driver, "none");
  });

  it("refuses wrong options by their path", async () => {
    const wrong: [object, RegExp][] = [
      [{ quality: 0 }, /options\.quality must be a number from 1 to 100, not 0/],
      [{ codec: "h264" }, /options\.codec must be one of avc, hevc, vp9, av1, not "h264"/],
      [{ start: 5, end: 3 }, /options\.end must be above options\.start \(5\), not 3/],
      [{ sacle: 2 }, /options\.sacle is not an option/],
      [{ codecs: [] }, /options\.codecs must be/],
    ];
    for (const [options, message] of wrong)
      await expect(upscale("synthetic", { model, ...options } as never)).rejects.toThrow(message);
  });

  it("reads as one sentence: the front door stays short", () => {
    const lines = readFileSync(new URL("upscale.ts", import.meta.url), "utf8").split("\n").length;
    expect(lines).toBeLessThanOrEqual(80);
  });
});
