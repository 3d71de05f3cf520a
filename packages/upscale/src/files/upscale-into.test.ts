import type { Frame } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import { afterAll, beforeEach, expect, test } from "vitest";
import { seededSesr } from "../testing/models.ts";
import { createSyntheticDriver, syntheticTimestamp } from "../testing/synthetic-driver.ts";
import { upscale } from "../upscale.ts";
import type { FrameSink } from "./upscale-into.ts";
import { planInto, upscaleInto } from "./upscale-into.ts";
import { createUpscaler } from "../upscaler.ts";

const shared = await createUpscaler({ model: seededSesr(), backends: ["cpu"] });
afterAll(() => shared[Symbol.asyncDispose]());
beforeEach(() => frameLedger.reset());
const small = { width: 12, height: 10, frames: 5 };

/** A sink that keeps lumas, and what became of it. */
function createSink(onWrite: (index: number) => void = () => undefined) {
  const lumas: Uint8Array[] = [];
  const times: number[] = [];
  const told: string[] = [];
  const sink: FrameSink = {
    write: async (frame: Frame) => {
      try {
        onWrite(times.length);
        times.push(frame.timestamp);
        lumas.push((await frame.planes()).luma.data.slice());
      } finally {
        frame.close();
      }
    },
    finish: async () => {
      told.push("finished");
      return { size: 77, changed: [{ kind: "times", message: "Times are lost." }] };
    },
    cancel: async () => void told.push("cancelled"),
  };
  return { sink, lumas, times, told };
}

test("hands on every frame, as upscale() would have written it, and reports", async () => {
  const [driver, other] = [createSyntheticDriver(small), createSyntheticDriver(small)];
  other.keepLuma = true;
  const { sink, lumas, times, told } = createSink();
  const opened: unknown[] = [];
  const progress: number[] = [];
  const report = await upscaleInto("synthetic", {
    model: shared,
    codecs: [driver],
    onProgress: ({ framesDone }) => progress.push(framesDone),
    sink: async ({ container }, size) => {
      opened.push([container, size.width, size.height]);
      return sink;
    },
  });
  await upscale("synthetic", { model: shared, codecs: [other] });
  expect(lumas).toEqual(other.written.map(({ luma }) => luma));
  expect(times).toEqual([0, 1, 2, 3, 4].map(syntheticTimestamp));
  expect([opened, told, progress.at(-1)]).toEqual([[["synthetic", 24, 20]], ["finished"], 5]);
  expect(report).toMatchObject({ frames: 5, size: 77, output: { width: 24, height: 20 }, damaged: [] });
  expect(report.changed).toEqual([{ kind: "times", message: "Times are lost." }]);
  expect(report).not.toHaveProperty("encoding");
  expect([driver.held, frameLedger.open]).toEqual([0, 0]);
});

test("cancels the sink on errors and aborts, with no frame left, and plans without one", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  for (const [onWrite, error] of [
    [
      () => {
        throw new RangeError("full");
      },
      "full",
    ],
    [
      (index: number) => {
        if (index === 2) controller.abort(reason);
      },
      "enough",
    ],
  ] as const) {
    const driver = createSyntheticDriver(small);
    const { sink, told } = createSink(onWrite);
    const options = { model: shared, codecs: [driver], signal: controller.signal, sink: async () => sink };
    await expect(upscaleInto("synthetic", options)).rejects.toThrow(error);
    expect([told, driver.held, frameLedger.open]).toEqual([["cancelled"], 0, 0]);
  }
  const driver = createSyntheticDriver(small);
  const refusing = { model: shared, codecs: [driver], sink: () => Promise.reject(new Error("unopened")) };
  expect(await planInto("synthetic", refusing)).toMatchObject({
    output: { width: 24, height: 20 },
    scale: 2,
  });
  await expect(upscaleInto("synthetic", refusing)).rejects.toThrow("unopened");
  expect([driver.held, frameLedger.open]).toEqual([0, 0]);
});
