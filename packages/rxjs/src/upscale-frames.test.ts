import type { Frame, OverflowOptions } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import type { FrameOptions, Upscaler } from "@tatami/upscale";
import { setImmediate } from "node:timers/promises";
import type { MonoTypeOperatorFunction, Observable, OperatorFunction } from "rxjs";
import { defer, from, lastValueFrom, map, take, tap, toArray } from "rxjs";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import type { FakeUpscaler } from "./testing/fake-upscaler.ts";
import { fakeUpscaler } from "./testing/fake-upscaler.ts";
import { frameAt } from "./testing/frames.ts";
import { tinyModel } from "./testing/models.ts";
import type { MarbleStage, PlayedMarble } from "./testing/play-marbles.ts";
import { expectedMarbles, playMarbles } from "./testing/play-marbles.ts";
import { upscaleFrames } from "./upscale-frames.ts";

beforeEach(() => frameLedger.reset());
afterEach(() => expect(frameLedger.report()).toEqual(new Map()));

const letters = "abcdefghij";

describe("upscaleFrames in marbles, work taking three ticks", () => {
  const cases: Record<string, [source: string, result: string, options?: OverflowOptions]> = {
    "gives one for one and completes after the last": ["a----b----|", "---a----b-|"],
    "works on one at a time, in order": ["abc|", "---a--b--(c|)"],
    "tells a source's error after the frames before it": ["abc#", "---a--b--(c#)"],
    "drops the oldest that waits": ["abcde|", "---a--b--d--(e|)", { capacity: 2, overflow: "drop-oldest" }],
    "drops the newest": ["abcdef|", "---a--b--c--(d|)", { capacity: 2, overflow: "drop-newest" }],
    "ends with an error when none may be dropped": ["abcde|", "---a#", { capacity: 2 }],
    "takes as many as may wait beside the one it works on": ["(abc)|", "---a--b--(c|)", { capacity: 2 }],
  };
  for (const [name, [source, result, options]] of Object.entries(cases))
    it(name, async () => {
      const { played, disposals } = await play(source, options);
      expect(times(played)).toEqual(expectedMarbles(result));
      expect(disposals).toBe(1);
    });

  it("says which frames were dropped, and why", async () => {
    const dropped: [number, string][] = [];
    const onDrop = (timestamp: number, reason: string): void => void dropped.push([timestamp, reason]);
    await play("abcde|", { capacity: 1, overflow: "drop-oldest", onDrop });
    await play("abcde|", { capacity: 1, overflow: "drop-newest", onDrop });
    expect(dropped).toEqual([
      [1, "drop-oldest"],
      [3, "drop-oldest"],
      [2, "drop-newest"],
      [4, "drop-newest"],
    ]);
  });

  it("names the operator, the frame and the way out when it overflows", async () => {
    const { played } = await play("(abcd)|", { capacity: 2 });
    expect(played).toHaveLength(1);
    const error = played[0]!.error;
    if (!TatamiError.is(error, "queue-overflow")) throw error;
    expect(error.detail).toEqual({ queue: "upscaleFrames", capacity: 2, timestamp: 3 });
    expect(error.fix).toContain("drop-oldest");
  });

  it("aborts its work and closes everything when it is unsubscribed from", async () => {
    const { played, disposals } = await play("abc----|", {}, { unsubscribeAt: 4 });
    expect(times(played)).toEqual(expectedMarbles("---a"));
    expect(disposals).toBe(1);
  });
});

describe("upscaleFrames", () => {
  it("leaves a shared upscaler open, and disposes of its own once for each subscription", async () => {
    const shared = fakeUpscaler(async () => undefined);
    const made: ReturnType<typeof fakeUpscaler>[] = [];
    const make = async (): Promise<Upscaler> => {
      made.push(fakeUpscaler(async () => undefined));
      return made.at(-1)!;
    };
    for (const upscaler of [shared, make]) {
      const result = frames(3).pipe(upscaleFrames({ upscaler }), closing());
      expect(await lastValueFrom(result.pipe(toArray()))).toEqual([0, 1, 2]);
      expect(await lastValueFrom(result.pipe(toArray()))).toEqual([0, 1, 2]);
    }
    expect(shared.disposals).toBe(0);
    expect(shared.mostAtOnce).toBe(1);
    expect(made.map(({ disposals }) => disposals)).toEqual([1, 1]);
  });

  it("makes an upscaler from a model, and gives frames of its scale", async () => {
    const model = tinyModel();
    const sizes = frames(3).pipe(
      upscaleFrames({ model, backends: ["cpu"] }),
      tap((frame) => frame.close()),
      map(({ size, timestamp }) => ({ ...size, timestamp })),
      toArray(),
    );
    expect(await lastValueFrom(sizes)).toEqual(
      [0, 1, 2].map((timestamp) => ({ width: 8, height: 4, timestamp })),
    );
  });

  it("hands its strength on with every frame, to a shared upscaler too", async () => {
    const seen: (number | undefined)[] = [];
    const fake = fakeUpscaler(async () => undefined);
    const upscaler: Upscaler = Object.create(fake, {
      frame: {
        value: (frame: Frame, options: FrameOptions) => {
          seen.push(options.strength);
          return fake.frame(frame, options);
        },
      },
    });
    for (const options of [{ upscaler, strength: 0.6 }, { upscaler }])
      await lastValueFrom(frames(2).pipe(upscaleFrames<Frame>(options), closing()));
    expect(seen).toEqual([0.6, 0.6, undefined, undefined]);
    const model = tinyModel();
    for (const options of [
      { upscaler, strength: 2 },
      { model, strength: -1 },
    ])
      expect(() => upscaleFrames(options)).toThrow(/options\.strength must be a number from 0 to 1\.5/);
  });

  it("tells a failure of the work once, and closes what waits", async () => {
    const failure = new Error("broken");
    let told = 0;
    const upscaler = fakeUpscaler(({ timestamp }) =>
      timestamp === 1 ? Promise.reject(failure) : Promise.resolve(),
    );
    const result = frames(4).pipe(upscaleFrames({ upscaler: async () => upscaler }), closing());
    await new Promise<void>((resolve) =>
      result.subscribe({
        error: (error) => {
          told++;
          expect(error).toBe(failure);
          // everything is closed by the time it is told
          expect(frameLedger.open).toBe(0);
          expect(upscaler.disposals).toBe(1);
          resolve();
        },
      }),
    );
    expect(told).toBe(1);
  });

  it("tells the failure to make an upscaler, and a failure to dispose of one", async () => {
    const failure = new Error("no engine");
    const opening = frames(2).pipe(upscaleFrames({ upscaler: () => Promise.reject(failure) }), closing());
    await expect(lastValueFrom(opening)).rejects.toBe(failure);
    const upscaler = fakeUpscaler(async () => undefined);
    const broken = { ...upscaler, [Symbol.asyncDispose]: () => Promise.reject(failure) } as Upscaler;
    const disposing = frames(2).pipe(upscaleFrames({ upscaler: async () => broken }), closing());
    await expect(lastValueFrom(disposing)).rejects.toBe(failure);
  });

  it("disposes of an upscaler that was made too late to be used", async () => {
    const upscaler = fakeUpscaler(async () => undefined);
    let resolve: (upscaler: Upscaler) => void = () => undefined;
    const promise = new Promise<Upscaler>((settle) => (resolve = settle));
    const subscription = frames(2)
      .pipe(upscaleFrames({ upscaler: () => promise }), closing())
      .subscribe();
    subscription.unsubscribe();
    expect(frameLedger.open).toBe(0);
    resolve(upscaler);
    await setImmediate();
    expect(upscaler.disposals).toBe(1);
  });

  it("ends with a signal's own reason, before and in the middle", async () => {
    const reason = new Error("enough");
    const upscaler = fakeUpscaler(async () => undefined);
    const early = frames(2).pipe(upscaleFrames({ upscaler, signal: AbortSignal.abort(reason) }), closing());
    await expect(lastValueFrom(early)).rejects.toBe(reason);
    const controller = new AbortController();
    const late = frames(4).pipe(
      upscaleFrames({ upscaler, signal: controller.signal }),
      closing(),
      tap((timestamp) => timestamp === 1 && controller.abort(reason)),
    );
    await expect(lastValueFrom(late)).rejects.toBe(reason);
  });

  it("stops a source that would never end by itself", async () => {
    const upscaler = fakeUpscaler(async () => undefined);
    let asked = 0;
    const endless = (function* () {
      for (;;) yield frameAt(asked++);
    })();
    const overflowing = from(endless).pipe(upscaleFrames({ upscaler, capacity: 3 }), closing());
    await expect(lastValueFrom(overflowing)).rejects.toMatchObject({ code: "queue-overflow" });
    expect(asked).toBe(4);
    expect(await lastValueFrom(frames(4).pipe(upscaleFrames({ upscaler }), closing(), take(2)))).toBe(1);
  });

  it("refuses what is not an option, before anything is subscribed to", () => {
    const upscaler = fakeUpscaler(async () => undefined);
    const wrong: [object, RegExp][] = [
      [{ upscaler, model: tinyModel() }, /options\.model is not an option/],
      [{}, /options\.model must be a model, unless options\.upscaler is given/],
      [{ upscaler: 3 }, /options\.upscaler must be an upscaler or a function/],
      [{ upscaler, capacity: 0 }, /options\.capacity must be a whole number from 1 to 4096, not 0/],
      [{ upscaler, overflow: "wait" }, /options\.overflow must be one of error, drop-oldest, drop-newest/],
      [{ upscaler, onDrop: "log" }, /options\.onDrop must be a function/],
    ];
    for (const [options, message] of wrong) expect(() => upscaleFrames(options as never)).toThrow(message);
  });

  it("keeps the kind of its frames in its type", () => {
    const upscaler = fakeUpscaler(async () => undefined);
    expectTypeOf(upscaleFrames({ upscaler })).toEqualTypeOf<MonoTypeOperatorFunction<VideoFrame>>();
    const ours = frames(0).pipe(upscaleFrames({ upscaler }));
    expectTypeOf(ours).toEqualTypeOf<Observable<Frame>>();
    const theirs = from([] as VideoFrame[]).pipe(upscaleFrames({ model: tinyModel() }));
    expectTypeOf(theirs).toEqualTypeOf<Observable<VideoFrame>>();
    // @ts-expect-error: numbers are no frames
    from([1]).pipe(upscaleFrames({ upscaler }));
    // @ts-expect-error: an upscaler that is given has its model
    const both: Parameters<typeof upscaleFrames>[0] = { upscaler, model: tinyModel() };
    expect(both).toBeDefined();
  });
});

/** Cold frames 0, 1, …, made anew at each subscription. */
function frames(count: number): Observable<Frame> {
  return defer(() => from(Array.from({ length: count }, (_, index) => frameAt(index))));
}

function closing(): OperatorFunction<Frame, number> {
  return map((frame) => {
    frame.close();
    return frame.timestamp;
  });
}

/** Plays a diagram over an upscaler of the operator's own, each frame taking it three ticks. */
async function play(
  source: string,
  options: OverflowOptions = {},
  stage: Partial<MarbleStage<Frame>> = {},
): Promise<{ readonly played: PlayedMarble[]; readonly disposals: number }> {
  let made: FakeUpscaler | undefined;
  const played = await playMarbles<Frame>(
    source,
    {
      values: (letter) => frameAt(letters.indexOf(letter)),
      build: (input, wait) =>
        input.pipe(
          upscaleFrames({ ...options, upscaler: async () => (made = fakeUpscaler(() => wait(3))) }),
          closing(),
          map((index) => letters[index]!),
        ),
      sourceError: new Error("source"),
      ...stage,
    },
    20,
  );
  return { played, disposals: made!.disposals };
}

function times(played: readonly PlayedMarble[]): PlayedMarble[] {
  return played.map(({ time, value }) => ({ time, value }));
}
