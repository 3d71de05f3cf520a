/** Random lives of the operators that judge frames: no frame is left open, and no more than one end is told. */

import { setImmediate } from "node:timers/promises";
import type { Frame, OverflowOptions } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import fc from "fast-check";
import type { Observable, OperatorFunction } from "rxjs";
import { map, Subject } from "rxjs";
import { expect, test, vi } from "vitest";
import { selectMotion } from "./select-motion.ts";
import { frameAt } from "./testing/frames.ts";
import { withQuality } from "./with-quality.ts";

type Step = "frame" | "truth" | "wait" | "complete" | "error" | "end truth" | "fail truth" | "unsubscribe";
type Build = (truth: Observable<Frame>, options: OverflowOptions) => OperatorFunction<Frame, Frame>;

const operators: Record<string, Build> = {
  selectMotion: (_, options) => (source) =>
    source.pipe(
      selectMotion(options),
      map(({ frame }) => frame),
    ),
  withQuality: (truth, options) => (source) =>
    source.pipe(
      withQuality(truth, options),
      map(({ frame }) => frame),
    ),
};
const often: readonly Step[] = ["frame", "frame", "frame", "truth", "truth", "truth", "wait", "wait"];
const rarely: readonly Step[] = ["complete", "error", "end truth", "fail truth", "unsubscribe"];

test.each(Object.entries(operators))("%s leaves nothing open, whatever happens", async (_, build) => {
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...often, ...often, ...rarely), { maxLength: 25 }),
      fc.constantFrom("error" as const, "drop-oldest" as const, "drop-newest" as const),
      fc.integer({ min: 1, max: 4 }),
      async (life, overflow, capacity) => {
        frameLedger.reset();
        const [source, truth] = [new Subject<Frame>(), new Subject<Frame>()];
        const ends: unknown[] = [];
        const seen: number[] = [];
        const subscription = source.pipe(build(truth, { overflow, capacity })).subscribe({
          next: (frame) => {
            seen.push(frame.timestamp);
            frame.close();
          },
          error: (error: unknown) => ends.push(error),
          complete: () => ends.push("complete"),
        });
        let [frames, truths] = [0, 0];
        const doing: Record<Step, () => unknown> = {
          // with nobody subscribed a frame would be the test's own to close
          frame: () => source.observed && source.next(frameAt(frames++, undefined, 20 * (frames % 9))),
          truth: () => truth.observed && truth.next(frameAt(truths++)),
          wait: () => setImmediate(),
          complete: () => source.complete(),
          error: () => source.error(new Error("source")),
          "end truth": () => truth.complete(),
          "fail truth": () => truth.error(new Error("truth")),
          unsubscribe: () => subscription.unsubscribe(),
        };
        await setImmediate();
        for (const step of life) await doing[step]();
        truth.complete();
        source.complete();
        while (ends.length === 0 && !subscription.closed) await setImmediate();
        for (let turn = 0; turn < 20; turn++) await setImmediate();
        // what is under way ends when its kernels are compiled, by other threads: in time, not in turns
        await vi.waitFor(() => expect(frameLedger.report()).toEqual(new Map()), {
          timeout: 10_000,
          interval: 1,
        });
        expect(ends.length).toBeLessThanOrEqual(1);
        if (!life.includes("unsubscribe")) expect(ends).toHaveLength(1);
        expect(seen).toEqual(seen.toSorted((a, b) => a - b));
        passed += seen.length;
      },
    ),
    { numRuns: 100 },
  );
  expect(passed).toBeGreaterThan(0);
});
