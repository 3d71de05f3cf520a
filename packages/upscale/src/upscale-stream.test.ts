import type { Frame } from "@tatami/core";
import { createFrame, createPlane, frameLedger, TatamiError } from "@tatami/core";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Upscaler } from "./options.ts";
import { nearestModel } from "./testing/models.ts";
import { UpscaleStream } from "./upscale-stream.ts";
import { createUpscaler } from "./upscaler.ts";

const options = { model: nearestModel(), backends: ["cpu"] as const };

function frameOf(index: number): Frame {
  const plane = (side: number) => createPlane({ width: side, height: side });
  return createFrame({ luma: plane(4), chroma: [plane(2), plane(2)] }, { timestamp: index }, "test");
}

describe("UpscaleStream", () => {
  beforeEach(() => frameLedger.reset());

  it("asks its writer to wait once as many wait as it was told, and its reader gets them in order", async () => {
    await using stream = new UpscaleStream({ ...options, highWaterMark: 2 });
    const writer = stream.writable.getWriter();
    expect(writer.desiredSize).toBe(2);
    const written = [0, 1, 2, 3].map((index) => writer.write(frameOf(index)));
    expect(writer.desiredSize).toBe(-2);
    const ended = writer.close();
    const times: number[] = [];
    for await (const frame of stream.readable) {
      times.push(frame.timestamp);
      expect(frame.size).toEqual({ width: 8, height: 8 });
      frame.close();
    }
    await Promise.all([...written, ended]);
    expect(times).toEqual([0, 1, 2, 3]);
    expect(frameLedger.open).toBe(0);
  });

  it("closes everything inside, whatever ends it and whenever, and both sides fail with the reason", async () => {
    const reason = new Error("enough");
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("abort", "cancel", "signal", "dispose", "failure"),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 3 }),
        async (how, writes, reads) => {
          const controller = new AbortController();
          const { signal } = controller;
          await using upscaler = await createUpscaler(options);
          const failing: Upscaler = {
            ...upscaler,
            frame: async (source: Frame): Promise<never> => {
              source.close();
              throw reason;
            },
          } as unknown as Upscaler;
          const shared = how === "failure" ? failing : upscaler;
          const stream = new UpscaleStream({ upscaler: shared, signal });
          const writer = stream.writable.getWriter();
          const reader = stream.readable.getReader();
          const closed = [writer.closed, reader.closed].map((side) => side.catch((error: unknown) => error));
          const results: Promise<unknown>[] = [];
          const note = (side: Promise<unknown>): void => void results.push(side.catch(() => {}));
          for (let index = 0; index < writes; index++) note(writer.write(frameOf(index)));
          const reading = Array.from({ length: Math.min(reads, writes) }, () =>
            reader.read().then(
              ({ value }) => value?.close(),
              () => {},
            ),
          );
          if (how !== "failure") await Promise.all(reading);
          if (how === "abort") note(writer.abort(reason));
          if (how === "cancel") note(reader.cancel(reason));
          if (how === "signal") controller.abort(reason);
          if (how === "failure" && writes > 0) await closed[0];
          await stream[Symbol.asyncDispose]();
          await Promise.all([...results, ...reading]);
          expect(frameLedger.report()).toEqual(new Map());
          const [writing, read] = await Promise.all(closed);
          if (how === "dispose" || (how === "failure" && writes === 0))
            expect(writing).toMatchObject({ name: "AbortError" });
          else expect(writing).toBe(reason);
          if (how !== "cancel") expect(read).toBe(writing);
          // the upscaler was shared, and is left open
          (await upscaler.frame(frameOf(0))).close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it("closes what is written after the end of a stream that failed", async () => {
    const reason = new Error("enough");
    const stream = new UpscaleStream({ ...options, signal: AbortSignal.abort(reason) });
    await expect(stream.writable.getWriter().write(frameOf(0))).rejects.toBe(reason);
    expect(frameLedger.open).toBe(0);
  });

  it("has its own engine's error reach both sides, as it is", async () => {
    const stream = new UpscaleStream({ ...options, backends: ["webgpu" as const] });
    const writing = stream.writable.getWriter().write(frameOf(0));
    const reading = stream.readable.getReader().read();
    const [written, read] = await Promise.allSettled([writing, reading]);
    expect(written).toMatchObject({ status: "rejected", reason: { code: "unsupported-environment" } });
    expect(read).toEqual(written);
    expect(frameLedger.open).toBe(0);
  });

  it("refuses what is not an option, at once", () => {
    const wrong: [object, RegExp][] = [
      [{ ...options, highWaterMark: 0 }, /options\.highWaterMark must be a whole number from 1/],
      [{ ...options, queue: 3 }, /options\.queue is not an option/],
      [{ upscaler: {}, threads: 2 }, /options\.threads is not an option/],
    ];
    for (const [given, message] of wrong) {
      const make = (): unknown => new UpscaleStream(given as never);
      expect(make).toThrow(message);
      expect(make).toThrow(TatamiError);
    }
  });
});
