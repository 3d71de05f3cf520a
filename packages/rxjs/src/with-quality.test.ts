import { setImmediate } from "node:timers/promises";
import type { Frame, Size } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import type { Observable } from "rxjs";
import {
  concat,
  EMPTY,
  filter,
  from,
  lastValueFrom,
  map,
  NEVER,
  of,
  Subject,
  tap,
  throwError,
  toArray,
} from "rxjs";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { fromVideoFile } from "./from-video-file.ts";
import { fakeUpscaler } from "./testing/fake-upscaler.ts";
import { frameAt } from "./testing/frames.ts";
import { numberedDriver } from "./testing/numbered-driver.ts";
import { playMarbles } from "./testing/play-marbles.ts";
import { upscaleFrames } from "./upscale-frames.ts";
import type { QualityFrame } from "./with-quality.ts";
import { withQuality } from "./with-quality.ts";

const size: Size = { width: 24, height: 20 };

beforeEach(() => frameLedger.reset());
afterEach(() => expect(frameLedger.report()).toEqual(new Map()));

describe("withQuality", () => {
  it("scores frames of the same time, and those so far", async () => {
    const picture = levels([100, 100, 100]);
    // one level apart, the same, none of that time, ten levels apart
    const reference = of(
      frameAt(0, size, 101),
      frameAt(0.5, size),
      frameAt(1 + 0.5e-6, size),
      frameAt(2, size, 110),
    );
    const seen = await lastValueFrom(picture.pipe(withQuality(reference), closed(), toArray()));
    expect(seen.map(({ quality }) => quality?.psnr)).toEqual([
      expect.closeTo(48.1308, 4),
      Infinity,
      expect.closeTo(28.1308, 4),
    ]);
    // squared errors of 1, 0 and 100
    const mean = [1, 1 / 2, 101 / 3].map((square) => expect.closeTo(10 * Math.log10(255 ** 2 / square), 9));
    expect(seen.map(({ running }) => running?.psnr)).toEqual(mean);
    const ssims = seen.map(({ quality }) => quality!.ssim);
    expect(ssims[1]).toBeCloseTo(1, 9);
    expect(ssims[2]).toBeLessThan(ssims[0]!);
    expect(seen[2]!.running!.ssim).toBeCloseTo(ssims.reduce((sum, value) => sum + value) / 3, 12);
  });

  it("waits for the reference, in marbles", async () => {
    const truth = new Subject<Frame>();
    let index = 0;
    // a and b are frames, x is the reference's next
    const played = await playMarbles<string>(
      "a-b-x-x|",
      {
        values: (letter) => letter,
        build: (source) =>
          source.pipe(
            tap((letter) => letter === "x" && truth.next(frameAt(index++, size))),
            filter((letter) => letter !== "x"),
            map((letter) => frameAt(letter.charCodeAt(0) - 97, size)),
            withQuality(truth),
            closed(),
            map(({ compared }) => String(compared)),
          ),
      },
      12,
    );
    expect(played.map(({ time, value }) => [time, value])).toEqual([
      [4, "1"],
      [6, "2"],
      [7, "|"],
    ]);
  });

  it("passes frames the reference has not, without a score", async () => {
    const seen = await lastValueFrom(
      levels([1, 2, 3]).pipe(withQuality(of(frameAt(1, size, 2))), closed(), toArray()),
    );
    expect(seen.map(({ quality, running, compared }) => [quality?.psnr, running?.psnr, compared])).toEqual([
      [undefined, undefined, 0],
      [Infinity, Infinity, 1],
      [undefined, Infinity, 1],
    ]);
    const none = levels([1, 2]).pipe(withQuality(EMPTY), closed(), toArray());
    expect((await lastValueFrom(none)).map((each) => each.compared)).toEqual([0, 0]);
  });

  it("ends with the reference's error, its overflow, and a size that is not the same", async () => {
    const failure = new Error("reference");
    const failing = levels([1]).pipe(withQuality(throwError(() => failure)), closed());
    await expect(lastValueFrom(failing)).rejects.toBe(failure);
    const flooded = levels([1]).pipe(withQuality(levels([1, 2, 3]), { capacity: 2 }), closed());
    await expect(lastValueFrom(flooded)).rejects.toMatchObject({
      code: "queue-overflow",
      detail: { queue: "withQuality's reference" },
    });
    const other = levels([1]).pipe(withQuality(of(frameAt(0))), closed());
    await expect(lastValueFrom(other)).rejects.toMatchObject({ code: "invalid-option" });
  });

  it("holds nothing when it is left while it waits", async () => {
    const waiting = concat(of(frameAt(0, size)), NEVER);
    const subscription = levels([1, 2, 3]).pipe(withQuality(waiting), closed()).subscribe();
    await setImmediate();
    // the second frame waits for a reference of its time, the third for the second
    expect(frameLedger.open).toBe(2);
    subscription.unsubscribe();
    await setImmediate();
    expect(frameLedger.open).toBe(0);
  });

  it("judges one file against another without overflow, and closes both", async () => {
    const [small, large] = [numberedDriver({ frames: 20 }), numberedDriver({ frames: 23 })];
    const upscaler = fakeUpscaler(async () => undefined);
    const truth = fromVideoFile("original", { codecs: [large] }).pipe(upscaleFrames({ upscaler }));
    const judged = fromVideoFile("small", { codecs: [small] }).pipe(
      upscaleFrames({ upscaler }),
      withQuality(truth),
      closed(),
      toArray(),
    );
    const seen = await lastValueFrom(judged);
    expect(seen.map(({ compared }) => compared)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    await setImmediate();
    expect([small.held, large.held]).toEqual([0, 0]);
  });

  it("refuses what is not an option, and keeps the kind of frames in its type", () => {
    expect(() => withQuality(EMPTY, { shave: -1 })).toThrow(/options\.shave must be/);
    expect(() => withQuality(EMPTY, { crop: 1 } as never)).toThrow(/options\.crop is not an option/);
    const source = from([] as VideoFrame[]);
    expectTypeOf(source.pipe(withQuality(EMPTY))).toEqualTypeOf<Observable<QualityFrame<VideoFrame>>>();
  });
});

/** Grey frames at 0, 1, … seconds. */
function levels(values: readonly number[]): Observable<Frame> {
  return from(values.map((level, index) => ({ level, index }))).pipe(
    map(({ level, index }) => frameAt(index, size, level)),
  );
}

/** The same with its frame closed. */
function closed() {
  return map((each: QualityFrame<Frame>) => {
    each.frame.close();
    return each;
  });
}
