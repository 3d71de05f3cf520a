/** Random lives of a subscription: whatever happens, no frame is left open and every upscaler made is disposed of. */

import { setImmediate } from "node:timers/promises";
import type { Frame, OverflowPolicy } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import fc from "fast-check";
import { Subject } from "rxjs";
import { expect, test } from "vitest";
import type { FakeUpscaler } from "./testing/fake-upscaler.ts";
import { fakeUpscaler } from "./testing/fake-upscaler.ts";
import { frameAt } from "./testing/frames.ts";
import { upscaleFrames } from "./upscale-frames.ts";

type Step = "write" | "settle" | "fail" | "wait" | "complete" | "error" | "abort" | "unsubscribe";

const steps = fc.constantFrom<Step>(
  ...["write", "write", "write", "write", "settle", "settle", "settle", "wait", "wait"].map((s) => s as Step),
  ...(["fail", "complete", "error", "abort", "unsubscribe"] satisfies Step[]),
);

test("holds no frame, keeps the order and tells one end, whatever happens", async () => {
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { maxLength: 30 }),
      fc.constantFrom<OverflowPolicy>("error", "drop-oldest", "drop-newest"),
      fc.integer({ min: 1, max: 4 }),
      async (life, overflow, capacity) => {
        frameLedger.reset();
        ends.add(await live(life, overflow, capacity));
        expect(frameLedger.report()).toEqual(new Map());
      },
    ),
    { numRuns: 400 },
  );
  // the lives above are worth something only if they ended in every way there is
  expect([...ends].sort()).toEqual(["abort", "complete", "fail", "queue-overflow", "source", "unsubscribed"]);
});

async function live(life: readonly Step[], overflow: OverflowPolicy, capacity: number): Promise<string> {
  const source = new Subject<Frame>();
  const controller = new AbortController();
  const pending: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const made: FakeUpscaler[] = [];
  const seen: number[] = [];
  const dropped: number[] = [];
  const ends: string[] = [];
  let written = 0;
  const subscription = source
    .pipe(
      upscaleFrames({
        upscaler: async () => {
          made.push(fakeUpscaler(() => new Promise((resolve, reject) => pending.push({ resolve, reject }))));
          return made[0]!;
        },
        overflow,
        capacity,
        onDrop: (timestamp) => dropped.push(timestamp),
        signal: controller.signal,
      }),
    )
    .subscribe({
      next: (frame) => {
        expect(ends).toEqual([]);
        seen.push(frame.timestamp);
        frame.close();
      },
      error: (error: unknown) => {
        // all but the frame that is being written just now is closed by then
        expect(frameLedger.open).toBe(0);
        ends.push(TatamiError.is(error) ? error.code : (error as Error).message);
      },
      complete: () => ends.push("complete"),
    });
  const doing: Record<Step, () => unknown> = {
    write: () => source.next(frameAt(written++)),
    settle: () => pending.shift()?.resolve(),
    fail: () => pending.shift()?.reject(new Error("fail")),
    wait: () => setImmediate(),
    complete: () => source.complete(),
    error: () => source.error(new Error("source")),
    abort: () => controller.abort(new Error("abort")),
    unsubscribe: () => subscription.unsubscribe(),
  };
  for (const step of life) {
    // after the source's end, or with nobody subscribed, a frame would be the test's own to close
    if (step === "write" && (source.isStopped || !source.observed)) continue;
    await doing[step]();
  }
  if (!source.isStopped) source.complete();
  for (let turn = 0; turn <= written + 1; turn++) {
    for (const { resolve } of pending.splice(0)) resolve();
    await setImmediate();
  }
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  if (!life.includes("unsubscribe")) expect(ends).toHaveLength(1);
  expect(ends.length).toBeLessThanOrEqual(1);
  expect(made.map(({ disposals, mostAtOnce }) => [disposals, mostAtOnce <= 1])).toEqual(
    made.map(() => [1, true]),
  );
  if (ends[0] === "complete")
    expect([...seen, ...dropped].sort((a, b) => a - b)).toEqual([...Array(written).keys()]);
  return ends[0] ?? "unsubscribed";
}
