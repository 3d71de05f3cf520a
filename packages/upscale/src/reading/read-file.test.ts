import type { Frame, MediaReader } from "@tatami/core";
import { createFrame, createPlane, frameLedger, TatamiError, unstatedColor } from "@tatami/core";
import { beforeEach, describe, expect, it } from "vitest";
import { lookInto } from "./read-file.ts";

beforeEach(() => frameLedger.reset());

describe("a look into a file", () => {
  it("looks at three places of a long file, from key frames on, and closes every frame", async () => {
    const asked: (number | undefined)[] = [];
    const reader = createReader({ duration: 100, asked });
    await using look = await lookInto(reader, {}, () => reader.frames());
    expect(asked).toEqual([10, 50, 90]);
    expect(look.reading.frames).toBe(6);
    expect(look.reading.stillShare).toBe(1);
    expect(look.frames).toBeUndefined();
    expect(frameLedger.open).toBe(0);
  });

  it("looks only into the part that is read, and at one place of a short one", async () => {
    const asked: (number | undefined)[] = [];
    const reader = createReader({ duration: 100, asked });
    await using _long = await lookInto(reader, { start: 20, end: 30 }, () => reader.frames());
    await using _short = await lookInto(reader, { start: 20, end: 21 }, () => reader.frames());
    expect(asked).toEqual([21, 25, 29, 20]);
  });

  it("gives on what it took of an input that can be read but once, or closes it", async () => {
    const reader = createReader({ duration: Infinity, asked: [] });
    {
      await using look = await lookInto(reader, {}, () => reader.frames());
      const times: number[] = [];
      for await (const frame of look.frames!()) {
        times.push(frame.timestamp);
        frame.close();
        if (times.length === 5) break;
      }
      expect(times).toEqual([0, 1, 2, 3, 4]);
    }
    expect(frameLedger.open).toBe(0);
    const unread = await lookInto(reader, {}, () => reader.frames());
    expect(frameLedger.open).toBe(3);
    await unread[Symbol.asyncDispose]();
    expect(frameLedger.open).toBe(0);
  });

  it("a damaged place says nothing, an abort everything", async () => {
    const reader = createReader({ duration: 100, asked: [], damagedAt: 50 });
    await using look = await lookInto(reader, {}, () => reader.frames());
    expect(look.reading.frames).toBe(4);
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(lookInto(reader, { signal }, () => reader.frames())).rejects.toBe(reason);
    expect(frameLedger.open).toBe(0);
  });
});

interface ReaderInit {
  readonly duration: number;
  /** Told where frames were asked for. */
  readonly asked: (number | undefined)[];
  readonly damagedAt?: number;
}

function createReader({ duration, asked, damagedAt }: ReaderInit): MediaReader {
  const video = {
    width: 64,
    height: 64,
    codec: "avc",
    rotation: 0,
    pixelAspectRatio: { numerator: 1, denominator: 1 },
    color: unstatedColor,
    bitDepth: 8,
    hasAlpha: false,
    frameCount: null,
    frameRate: 1,
    ticksPerSecond: 1,
    bitrate: 64 * 64,
  } as const;
  return {
    description: { container: "MP4", duration, startTime: 0, video, tracks: [], blindSpots: [] },
    async *frames(read = {}) {
      if (Number.isFinite(duration)) asked.push(read.start);
      for (let time = read.start ?? 0; time < duration; time++) {
        if (damagedAt === time)
          throw new TatamiError({ code: "damaged-input", message: "Broken.", fix: "None.", detail: {} });
        yield frameAt(time);
      }
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function frameAt(timestamp: number): Frame {
  const luma = createPlane({ width: 64, height: 64 });
  luma.data.fill(100);
  const chroma = [createPlane({ width: 32, height: 32 }), createPlane({ width: 32, height: 32 })] as const;
  return createFrame({ luma, chroma }, { timestamp, duration: 1, color: unstatedColor }, "test");
}
