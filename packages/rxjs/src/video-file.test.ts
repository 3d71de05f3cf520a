import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { CodecDriver, Frame } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import { inspect } from "@tatami/upscale";
import fc from "fast-check";
import type { Observable, OperatorFunction } from "rxjs";
import { concat, EMPTY, lastValueFrom, map, take, throwError, toArray } from "rxjs";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { fromVideoFile } from "./from-video-file.ts";
import { fakeUpscaler } from "./testing/fake-upscaler.ts";
import { tinyModel } from "./testing/models.ts";
import { numberedDriver } from "./testing/numbered-driver.ts";
import type { VideoFileReport } from "./to-video-file.ts";
import { toVideoFile } from "./to-video-file.ts";
import { upscaleFrames } from "./upscale-frames.ts";

const clip = fileURLToPath(new URL("../../../examples/clips/bunny-320x180.mp4", import.meta.url));

beforeEach(() => frameLedger.reset());
afterEach(() => expect(frameLedger.report()).toEqual(new Map()));

describe("fromVideoFile", () => {
  it("reads no further than its window, and on when a frame is closed", async () => {
    const driver = numberedDriver({ frames: 7 });
    const open: Frame[] = [];
    let completed = false;
    fromVideoFile("file", { window: 3, codecs: [driver] }).subscribe({
      next: (frame) => open.push(frame),
      complete: () => (completed = true),
    });
    const seen: number[] = [];
    for (let turn = 0; turn < 8; turn++) {
      await settle();
      expect(open.length).toBe(Math.min(3, 7 - turn < 0 ? 0 : 7 - turn));
      const frame = open.shift();
      if (frame) seen.push(frame.timestamp);
      frame?.close();
      // closing twice frees one place only
      frame?.close();
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(completed).toBe(true);
    expect(driver.held).toBe(0);
  });

  it("changes nothing of a frame, and refuses frames of whose end nobody would hear", async () => {
    const driver = numberedDriver({ frames: 3 });
    const { open } = driver;
    const frozen: CodecDriver = {
      ...driver,
      open: async (...given) => {
        const reader = await open(...given);
        return {
          ...reader,
          async *frames() {
            for await (const frame of reader.frames()) yield Object.freeze(frame);
          },
        };
      },
    };
    const read = fromVideoFile("file", { window: 1, codecs: [frozen] }).pipe(
      upscaleFrames<Frame>({ upscaler: fakeUpscaler(async () => undefined) }),
      closing(),
      toArray(),
    );
    expect(await lastValueFrom(read)).toEqual([0, 1, 2]);
    const foreign: CodecDriver = {
      ...driver,
      open: async (...given) => {
        const reader = await open(...given);
        return {
          ...reader,
          async *frames() {
            for await (const frame of reader.frames()) yield { ...frame };
          },
        };
      },
    };
    await expect(lastValueFrom(fromVideoFile("file", { codecs: [foreign] }))).rejects.toMatchObject({
      code: "internal",
      fix: expect.stringContaining("createFrame()"),
    });
  });

  it("is cold, tells an error after the frames before it, and stops when it is left", async () => {
    const failure = new Error("damaged");
    const driver = numberedDriver({
      frames: 6,
      onRead: (index) => (index === 4 ? Promise.reject(failure) : undefined),
    });
    const frames = fromVideoFile("file", { codecs: [driver] }).pipe(closing());
    for (let subscription = 0; subscription < 2; subscription++) {
      const seen: number[] = [];
      await expect(lastValueFrom(frames.pipe(map((index) => seen.push(index))))).rejects.toBe(failure);
      expect(seen).toEqual([0, 1, 2, 3]);
    }
    expect(await lastValueFrom(frames.pipe(take(2), toArray()))).toEqual([0, 1]);
    await settle();
    expect(driver.held).toBe(0);
  });

  it("goes on with the next driver where damage is wanted to be told, and not where it is not", async () => {
    const failure = new TatamiError({ code: "damaged-input", message: "It breaks off.", fix: "None." });
    const broken = numberedDriver({
      frames: 6,
      onRead: (index) => (index === 4 ? Promise.reject(failure) : undefined),
    });
    const codecs = [broken, numberedDriver({ frames: 5 })];
    const strict = fromVideoFile("file", { codecs }).pipe(closing(), toArray());
    await expect(lastValueFrom(strict)).rejects.toBe(failure);
    const damaged: string[] = [];
    const onDamaged = ({ message }: { readonly message: string }): void => void damaged.push(message);
    const seen = await lastValueFrom(fromVideoFile("file", { codecs, onDamaged }).pipe(closing(), toArray()));
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect(damaged).toEqual([]);
    const short = [broken, numberedDriver({ frames: 4 })];
    await lastValueFrom(fromVideoFile("file", { codecs: short, onDamaged }).pipe(closing(), toArray()));
    expect(damaged).toEqual(["It breaks off."]);
    expect(codecs.map((driver) => driver.held)).toEqual([0, 0]);
  });

  it("ends with a signal's own reason, while it waits too", async () => {
    const driver = numberedDriver({ frames: 6 });
    const reason = new Error("enough");
    const early = fromVideoFile("file", { codecs: [driver], signal: AbortSignal.abort(reason) });
    await expect(lastValueFrom(early)).rejects.toBe(reason);
    const controller = new AbortController();
    const open: Frame[] = [];
    const waiting = fromVideoFile("file", { codecs: [driver], signal: controller.signal });
    const ended = new Promise((resolve) =>
      waiting.subscribe({ next: (frame) => open.push(frame), error: resolve }),
    );
    await settle();
    controller.abort(reason);
    expect(await ended).toBe(reason);
    expect(driver.held).toBe(0);
    expect(open).toHaveLength(4);
    for (const frame of open) frame.close();
  });

  it("refuses what is not an option", () => {
    expect(() => fromVideoFile("file", { window: 0 })).toThrow(/options\.window must be/);
    expect(() => fromVideoFile("file", { start: 2, end: 1 })).toThrow(/options\.end must be above/);
    expect(() => fromVideoFile("file", { codecs: [] })).toThrow(/options\.codecs must be/);
    expect(() => fromVideoFile("file", { windows: 2 } as never)).toThrow(/options\.windows is not an option/);
  });
});

describe("toVideoFile", () => {
  it("keeps a whole pipeline within the window, however slow its end is", async () => {
    const [input, output] = [numberedDriver({ frames: 30 }), numberedDriver({ frames: 0, onWrite: settle })];
    const upscaler = fakeUpscaler(async () => undefined);
    const report = fromVideoFile("file", { window: 3, codecs: [input] }).pipe(
      upscaleFrames({ upscaler, capacity: 3 }),
      toVideoFile("out.mp4", { codecs: [output], capacity: 3 }),
    );
    expectTypeOf(report).toEqualTypeOf<Observable<VideoFileReport>>();
    expect(await lastValueFrom(report.pipe(toArray()))).toMatchObject([
      { frames: 30, encoding: { codec: "avc" } },
    ]);
    expect(output.written).toEqual(Array.from({ length: 30 }, (_, index) => index));
    expect(output.outcomes).toEqual(["finished"]);
    // 3 in the window, and for a moment a frame beside its result
    expect(frameLedger.peak).toBeLessThanOrEqual(4);
  });

  it("leaves nothing behind when the source fails, is empty, or is left", async () => {
    const source = numberedDriver({ frames: 9 });
    const frames = (): Observable<Frame> => fromVideoFile("file", { codecs: [source] });
    const failure = new Error("source");
    const failed = numberedDriver({ frames: 0 });
    const failing = concat(
      frames(),
      throwError(() => failure),
    ).pipe(toVideoFile("out.mp4", { codecs: [failed] }));
    await expect(lastValueFrom(failing)).rejects.toBe(failure);
    expect([failed.outcomes, failed.held]).toEqual([["cancelled"], 0]);

    const empty = EMPTY.pipe(toVideoFile<Frame>("out.mp4", { codecs: [failed] }));
    await expect(lastValueFrom(empty)).rejects.toMatchObject({ code: "damaged-input" });

    const left = numberedDriver({ frames: 0, onWrite: settle });
    const subscription = frames()
      .pipe(toVideoFile("out.mp4", { codecs: [left] }))
      .subscribe();
    while (left.written.length < 3) await setImmediate();
    subscription.unsubscribe();
    await settle();
    expect([left.outcomes, left.held, source.held]).toEqual([["cancelled"], 0, 0]);
  });

  it("holds nothing open, wherever a pipeline breaks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("read", "upscale", "write", "unsubscribe", "never"),
        fc.integer({ min: 0, max: 11 }),
        fc.integer({ min: 1, max: 4 }),
        async (where, at, window) => {
          frameLedger.reset();
          const turn = (place: string) => async (index: number) => {
            await setImmediate();
            if (where === place && index === at) throw new Error(place);
            if (where === "unsubscribe" && place === "upscale" && index === at) subscription.unsubscribe();
          };
          const driver = numberedDriver({ frames: 12, onRead: turn("read"), onWrite: turn("write") });
          const upscaler = fakeUpscaler(({ timestamp }) => turn("upscale")(timestamp));
          let end = "";
          const pipeline = fromVideoFile("file", { window, codecs: [driver] }).pipe(
            upscaleFrames({ upscaler: async () => upscaler }),
            toVideoFile("out.mp4", { like: "file", codecs: [driver] }),
          );
          const subscription = pipeline.subscribe({
            error: (error: unknown) => (end = (error as Error).message),
            complete: () => (end = "never"),
          });
          for (let waited = 0; waited < 200; waited++) await setImmediate();
          expect(end).toBe(where === "unsubscribe" ? "" : where);
          expect(frameLedger.report()).toEqual(new Map());
          expect([driver.held, upscaler.disposals]).toEqual([0, 1]);
          expect(driver.outcomes.includes("finished")).toBe(where === "never");
        },
      ),
      { numRuns: 60 },
    );
  });

  it("enlarges a real file, its sound copied, and a real file without a source", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tatami-rxjs-"));
    try {
      const enlarged = (): Observable<Frame> =>
        fromVideoFile(clip, { end: 0.4 }).pipe(
          upscaleFrames({ model: tinyModel(), backends: ["wasm", "cpu"] }),
        );
      const output = join(folder, "out.mp4");
      const report = await lastValueFrom(enlarged().pipe(toVideoFile(output, { like: clip, end: 0.4 })));
      const { video, tracks } = await inspect(output);
      expect(tracks.map(({ kind }) => kind)).toEqual(["video", "audio"]);
      expect([video.width, video.height, video.frameCount]).toEqual([640, 360, report.frames]);
      expect(report.size).toBeGreaterThan(0);
      const alone = await lastValueFrom(enlarged().pipe(toVideoFile(undefined, { container: "mp4" })));
      expect(alone.frames).toBe(report.frames);
      const described = await inspect(alone.blob!);
      expect(described.tracks.map(({ kind }) => kind)).toEqual(["video"]);
      expect(described.video.frameCount).toBe(report.frames);

      const broken = enlarged().pipe(take(3), failingAfter(2), toVideoFile(join(folder, "broken.mp4")));
      await expect(lastValueFrom(broken)).rejects.toThrow("after 2");
      expect(await readdir(folder)).toEqual(["out.mp4"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function closing(): OperatorFunction<Frame, number> {
  return map((frame) => {
    frame.close();
    return frame.timestamp;
  });
}

function failingAfter(count: number): OperatorFunction<Frame, Frame> {
  return map((frame, index) => {
    if (index < count) return frame;
    frame.close();
    throw new Error(`after ${count}`);
  });
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}
