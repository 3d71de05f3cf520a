import type { Frame, Size } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import type { Observable, OperatorFunction } from "rxjs";
import { concat, concatMap, defer, from, lastValueFrom, map, of, take, throwError, toArray } from "rxjs";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import type { MotionFrame } from "./select-motion.ts";
import { selectMotion } from "./select-motion.ts";
import { frameAt } from "./testing/frames.ts";

const size: Size = { width: 40, height: 24 };

beforeEach(() => frameLedger.reset());
afterEach(() => expect(frameLedger.report()).toEqual(new Map()));

describe("selectMotion", () => {
  it("passes what changes and closes the rest", async () => {
    const passed = frames([1, 1, 90, 90, 180]).pipe(selectMotion({ capacity: 5 }), described(), toArray());
    expect((await lastValueFrom(passed)).map(({ timestamp }) => timestamp)).toEqual([0, 2, 4]);
  });

  it("says where it moves, and counts shares above the limit only", async () => {
    const source = (): Observable<Frame> =>
      spots([
        [],
        [[0, 0]],
        [],
        [[39, 23]],
        [
          [39, 23],
          [20, 4],
        ],
      ]);
    const all = await lastValueFrom(source().pipe(selectMotion({ patchSize: 8 }), described(), toArray()));
    expect(all.map(({ timestamp, moved }) => [timestamp, moved])).toEqual([
      [0, Array.from({ length: 15 }, (_, patch) => patch)],
      [1, [0]],
      [2, [0]],
      [3, [14]],
      [4, [2]],
    ]);
    expect(all.map(({ share }) => share)).toEqual([1, 1 / 15, 1 / 15, 1 / 15, 1 / 15]);
    const limited = source().pipe(selectMotion({ patchSize: 8, limit: 1 / 15 }), described(), toArray());
    expect((await lastValueFrom(limited)).map(({ timestamp }) => timestamp)).toEqual([0]);
  });

  it("adds slow drift up, and never counts noise below its limits", async () => {
    const drift = frames(Array.from({ length: 12 }, (_, index) => 100 + index));
    const passed = drift.pipe(selectMotion({ meanDifference: 3, capacity: 12 }), described(), toArray());
    // the fourth level from where it last changed is one too many
    expect((await lastValueFrom(passed)).map(({ timestamp }) => timestamp)).toEqual([0, 4, 8]);
    const noise = frames(Array.from({ length: 200 }, (_, index) => 100 + (index % 2)));
    const quiet = noise.pipe(selectMotion({ capacity: 200 }), described(), toArray());
    expect((await lastValueFrom(quiet)).map(({ timestamp }) => timestamp)).toEqual([0]);
  });

  it("begins anew with another size, and holds nothing after an error or when it is left", async () => {
    const sizes = of(0, 1, 2, 3).pipe(
      map((index) => frameAt(index, index < 2 ? size : { width: 16, height: 16 })),
      selectMotion(),
      described(),
      toArray(),
    );
    expect((await lastValueFrom(sizes)).map(({ timestamp }) => timestamp)).toEqual([0, 2]);
    const failure = new Error("source");
    const failing = concat(
      frames([1, 90, 180]),
      throwError(() => failure),
    ).pipe(selectMotion(), described());
    await expect(lastValueFrom(failing)).rejects.toBe(failure);
    const left = frames([1, 90, 180]).pipe(selectMotion(), described(), take(2));
    expect((await lastValueFrom(left)).timestamp).toBe(1);
    const closed = defer(() => {
      const frame = frameAt(0);
      frame.close();
      return of(frame);
    });
    await expect(lastValueFrom(closed.pipe(selectMotion()))).rejects.toThrow("after it was closed");
  });

  it("refuses what is not an option, and keeps the kind of frames in its type", () => {
    expect(() => selectMotion({ limit: 2 })).toThrow(/options\.limit must be a number from 0 to 1/);
    expect(() => selectMotion({ patchSize: 1 })).toThrow(/options\.patchSize must be/);
    expect(() => selectMotion({ threshold: 1 } as never)).toThrow(/options\.threshold is not an option/);
    const source = from([] as VideoFrame[]);
    expectTypeOf(source.pipe(selectMotion())).toEqualTypeOf<Observable<MotionFrame<VideoFrame>>>();
  });
});

function frames(levels: readonly number[]): Observable<Frame> {
  return defer(() => from(levels.map((level, index) => frameAt(index, size, level))));
}

/** Grey frames with a white pixel at each spot. */
function spots(each: readonly (readonly (readonly [x: number, y: number])[])[]): Observable<Frame> {
  const made = each.map(async (some, index) => {
    const frame = frameAt(index, size);
    const { luma } = await frame.planes();
    for (const [x, y] of some) luma.data[y * luma.stride + x] = 255;
    return frame;
  });
  return from(made).pipe(concatMap((frame) => frame));
}

/** What was found, the frame closed. */
function described(): OperatorFunction<MotionFrame<Frame>, Described> {
  return map(({ frame, mask, share, grid }) => {
    frame.close();
    expect(mask).toHaveLength(grid.patches.length);
    const moved = mask.flatMap((isMoved, patch) => (isMoved ? [patch] : []));
    return { timestamp: frame.timestamp, moved, share };
  });
}

interface Described {
  readonly timestamp: number;
  readonly moved: readonly number[];
  readonly share: number;
}
