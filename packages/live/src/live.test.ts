/** Tracks as streams, as Safari's workers have them: here with classes that behave as the standard says. */

import { afterEach, describe, expect, it, vi } from "vitest";
import { createTrack, liveSupport, openCamera, watchTrack } from "./index.ts";

class FakeFrame {
  readonly timestamp: number;
  closed = false;
  constructor(timestamp: number) {
    this.timestamp = timestamp;
  }
  close(): void {
    this.closed = true;
  }
}

/** A track with frames to be read, and what has become of them. */
function fakeTrack(count: number): { readonly track: MediaStreamTrack; readonly frames: FakeFrame[] } {
  return {
    track: { kind: "video", readyState: "live" } as MediaStreamTrack,
    frames: Array.from({ length: count }, (_, index) => new FakeFrame(index)),
  };
}

function processorOf(frames: readonly FakeFrame[], ends: boolean): unknown {
  return class {
    readonly readable: ReadableStream<FakeFrame>;
    constructor() {
      const waiting = [...frames];
      this.readable = new ReadableStream(
        {
          pull: (controller) => {
            const next = waiting.shift();
            if (next) controller.enqueue(next);
            else if (ends) controller.close();
            else return new Promise(() => undefined);
            return undefined;
          },
          cancel: () => {
            for (const frame of waiting) frame.close();
          },
        },
        { highWaterMark: 0 },
      );
    }
  };
}

afterEach(() => vi.unstubAllGlobals());

describe("watchTrack", () => {
  it("hands over every frame until the track has ended", async () => {
    const { track, frames } = fakeTrack(5);
    vi.stubGlobal("MediaStreamTrackProcessor", processorOf(frames, true));
    const seen: number[] = [];
    await watchTrack(track, (frame) => {
      seen.push(frame.timestamp);
      frame.close();
    });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([
    ["an abort", "told to"],
    ["what its taker throws", "thrown"],
  ])("ends with %s, and closes what was not taken", async (_how, message) => {
    const { track, frames } = fakeTrack(5);
    vi.stubGlobal("MediaStreamTrackProcessor", processorOf(frames, false));
    const controller = new AbortController();
    const watching = watchTrack(
      track,
      (frame) => {
        frame.close();
        if (frame.timestamp < 2) return;
        if (message === "thrown") throw new Error(message);
        controller.abort(new Error(message));
      },
      { signal: controller.signal },
    );
    await expect(watching).rejects.toThrow(message);
    expect(frames.map(({ closed }) => closed)).toEqual([true, true, true, true, true]);
  });

  it("is refused where there is no way to read", async () => {
    expect(liveSupport()).toEqual({ read: [], write: [] });
    await expect(watchTrack(fakeTrack(0).track, () => undefined)).rejects.toMatchObject({
      code: "unsupported-environment",
    });
  });
});

describe("createTrack", () => {
  it("writes to the standard's generator before Chromium's own", async () => {
    const written: FakeFrame[] = [];
    const stop = vi.fn();
    class VideoTrackGenerator {
      readonly track = { readyState: "live", stop };
      readonly writable = new WritableStream<FakeFrame>({ write: (frame) => void written.push(frame) });
    }
    vi.stubGlobal("VideoTrackGenerator", VideoTrackGenerator);
    vi.stubGlobal("MediaStreamTrackGenerator", vi.fn());
    await using made = createTrack();
    expect(made.via).toBe("track-generator");
    const frame = new FakeFrame(7);
    await made.write(frame as unknown as VideoFrame);
    expect(written).toEqual([frame]);
    expect(frame.closed).toBe(true);
    Object.assign(made.track, { readyState: "ended" });
    const late = new FakeFrame(8);
    await expect(made.write(late as unknown as VideoFrame)).rejects.toMatchObject({ code: "output-failed" });
    expect(late.closed).toBe(true);
  });

  it("is refused where there is no way to write", () => {
    expect(() => createTrack()).toThrow(expect.objectContaining({ code: "unsupported-environment" }));
  });
});

describe("openCamera", () => {
  it.each([
    ["NotAllowedError", "unsupported-environment", /^Allow the camera/],
    ["NotFoundError", "input-not-found", /^Connect a camera/],
    ["OverconstrainedError", "input-not-found", /^Ask for less/],
  ])("explains %s", async (name, code, fix) => {
    const getUserMedia = async (): Promise<never> => {
      throw Object.assign(new Error("no"), { name });
    };
    vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
    await expect(openCamera()).rejects.toMatchObject({ code, fix: expect.stringMatching(fix) });
  });

  it("says where a page must come from to be given one", async () => {
    vi.stubGlobal("navigator", {});
    const fix = expect.stringMatching(/https:\/\/.*localhost/);
    await expect(openCamera()).rejects.toMatchObject({ code: "unsupported-environment", fix });
  });

  it("is switched off again for whoever gave up while the user was asked", async () => {
    const stop = vi.fn();
    const controller = new AbortController();
    const getUserMedia = async (): Promise<unknown> => {
      controller.abort(new Error("gave up"));
      return { getVideoTracks: () => [{ stop }] };
    };
    vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
    await expect(openCamera({}, controller.signal)).rejects.toThrow("gave up");
    expect(stop).toHaveBeenCalledOnce();
  });
});
