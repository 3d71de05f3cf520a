/** Live tracks in and out, with classes that behave as browsers' do; a real Chromium has its own test. */

import { setImmediate } from "node:timers/promises";
import type { Frame } from "@tatami/core";
import { EMPTY, firstValueFrom, NEVER, of, Subject, take, throwError, toArray } from "rxjs";
import type { Observable, Subscription } from "rxjs";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { fromCamera } from "./from-camera.ts";
import { fromMediaStreamTrack } from "./from-media-stream-track.ts";
import { toMediaStreamTrack } from "./to-media-stream-track.ts";

/** Stands for WebCodecs' class, which Node has not. */
class FakeVideoFrame {
  readonly timestamp: number;
  isOpen = true;
  constructor(timestamp: number) {
    this.timestamp = timestamp;
    made.push(this);
  }
  close(): void {
    this.isOpen = false;
  }
}

let made: FakeVideoFrame[] = [];
let shown: number[] = [];
let feeds: ReadableStreamDefaultController<FakeVideoFrame>[] = [];
let generated: { readyState: string; stop(): void }[] = [];

beforeEach(() => {
  [made, shown, feeds, generated] = [[], [], [], []];
  vi.stubGlobal("VideoFrame", FakeVideoFrame);
  vi.stubGlobal(
    "MediaStreamTrackProcessor",
    class {
      readonly readable = new ReadableStream<FakeVideoFrame>({ start: (feed) => void feeds.push(feed) });
    },
  );
  vi.stubGlobal(
    "VideoTrackGenerator",
    class {
      readonly track = { readyState: "live", stop: () => (this.track.readyState = "ended") };
      readonly writable = new WritableStream<FakeVideoFrame>({
        write: ({ timestamp }) => void shown.push(timestamp),
      });
      constructor() {
        generated.push(this.track);
      }
    },
  );
});
afterEach(() => {
  expect(made.filter(({ isOpen }) => isOpen)).toEqual([]);
  vi.unstubAllGlobals();
});

const frame = (timestamp: number): VideoFrame => new FakeVideoFrame(timestamp) as unknown as VideoFrame;
const feed = (timestamp: number, which = 0): void =>
  feeds[which]!.enqueue(frame(timestamp) as unknown as FakeVideoFrame);
const track = { kind: "video", readyState: "live" } as MediaStreamTrack;
/** Turns enough for whatever is under way: nothing here waits for anything but promises. */
async function soon(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

/** What a subscription is told, in order; its frames are closed. */
function told(source: Observable<VideoFrame>): {
  readonly log: unknown[];
  readonly subscription: Subscription;
} {
  const log: unknown[] = [];
  const subscription = source.subscribe({
    next: (each) => {
      log.push(each.timestamp);
      each.close();
    },
    error: (error: unknown) => log.push(error),
    complete: () => log.push("complete"),
  });
  return { log, subscription };
}

describe("fromMediaStreamTrack", () => {
  it("emits each frame as it comes, and completes when the track ends", async () => {
    const { log } = told(fromMediaStreamTrack(track));
    for (const timestamp of [1, 2]) feed(timestamp);
    await soon();
    expect(log).toEqual([1, 2]);
    feeds[0]!.close();
    await soon();
    expect(log).toEqual([1, 2, "complete"]);
  });

  it("reads anew at each subscription, and stops with it", async () => {
    const source = fromMediaStreamTrack(track);
    expect(feeds).toHaveLength(0);
    const [one, other] = [told(source), told(source)];
    expect(feeds).toHaveLength(2);
    one.subscription.unsubscribe();
    feed(7, 1);
    await soon();
    expect([one.log, other.log]).toEqual([[], [7]]);
    other.subscription.unsubscribe();
    await soon();
    expect(other.log).toEqual([7]);
  });

  it("ends with the signal's reason, and with unsupported-environment where nothing reads tracks", async () => {
    const controller = new AbortController();
    const { log } = told(fromMediaStreamTrack(track, { signal: controller.signal }));
    const reason = new Error("enough");
    controller.abort(reason);
    await soon();
    expect(log).toEqual([reason]);
    vi.unstubAllGlobals();
    const refused = told(fromMediaStreamTrack(track));
    await soon();
    expect(refused.log).toEqual([expect.objectContaining({ code: "unsupported-environment" })]);
    expect(() => fromMediaStreamTrack(track, { vai: 1 } as object)).toThrow(
      expect.objectContaining({ code: "invalid-option" }),
    );
  });
});

describe("fromCamera", () => {
  const stop = vi.fn();
  const getUserMedia = vi.fn<(asked: object) => Promise<object>>(async () => ({
    getVideoTracks: () => [{ ...track, stop }],
  }));
  beforeEach(() => {
    stop.mockClear();
    getUserMedia.mockClear();
    vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  });

  it("switches the camera on at each subscription and off at its end", async () => {
    const constraints = { width: 640 };
    const source = fromCamera({ constraints });
    expect(getUserMedia).not.toHaveBeenCalled();
    const first = told(source.pipe(take(1)));
    await soon();
    expect(getUserMedia).toHaveBeenCalledExactlyOnceWith({ video: constraints });
    expect(stop).not.toHaveBeenCalled();
    feed(1);
    await soon();
    expect(first.log).toEqual([1, "complete"]);
    expect(stop).toHaveBeenCalledOnce();
    const second = told(source);
    await soon();
    second.subscription.unsubscribe();
    expect(stop).toHaveBeenCalledTimes(2);
  });

  it("switches it off for whoever left while the user was being asked", async () => {
    told(fromCamera()).subscription.unsubscribe();
    await soon();
    expect(stop).toHaveBeenCalledOnce();
  });
});

describe("toMediaStreamTrack", () => {
  it("emits one track with the first frame, shows all, and ends it with the source", async () => {
    const source = new Subject<VideoFrame>();
    const tracks: MediaStreamTrack[] = [];
    let isComplete = false;
    source
      .pipe(toMediaStreamTrack())
      .subscribe({ next: (each) => tracks.push(each), complete: () => (isComplete = true) });
    await soon();
    for (const timestamp of [1, 2, 3]) source.next(frame(timestamp));
    await soon();
    expect([tracks.length, tracks[0]?.readyState, shown]).toEqual([1, "live", [1, 2, 3]]);
    source.complete();
    await soon();
    expect([isComplete, tracks[0]?.readyState]).toEqual([true, "ended"]);
  });

  it("passes a source's error on, and ends the track then, and when it is left", async () => {
    const failure = new Error("source");
    await expect(firstValueFrom(throwError(() => failure).pipe(toMediaStreamTrack()))).rejects.toBe(failure);
    NEVER.pipe(toMediaStreamTrack()).subscribe().unsubscribe();
    await soon();
    expect(generated.filter(({ readyState }) => readyState === "live")).toEqual([]);
  });

  it("ends with output-failed when its track was stopped", async () => {
    const source = new Subject<VideoFrame>();
    const ended = new Promise((resolve) => {
      source.pipe(toMediaStreamTrack()).subscribe({ next: (each) => each.stop(), error: resolve });
    });
    await soon();
    source.next(frame(1));
    await soon();
    source.next(frame(2));
    expect(await ended).toMatchObject({ code: "output-failed" });
  });

  it("gives no track of no frames", async () => {
    expect(await firstValueFrom(EMPTY.pipe(toMediaStreamTrack(), toArray()))).toEqual([]);
  });

  it("takes frames of both kinds, and nothing else", () => {
    expectTypeOf(fromCamera()).toEqualTypeOf<Observable<VideoFrame>>();
    expectTypeOf(of<Frame>().pipe(toMediaStreamTrack())).toEqualTypeOf<Observable<MediaStreamTrack>>();
    // @ts-expect-error: numbers are no frames
    of(1).pipe(toMediaStreamTrack());
  });
});
