/** Frames that nobody closes: counted, given back, told of, and not kept. */

import { memoryUsage } from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFrame, restateFrame } from "./frame.ts";
import type { Frame } from "./frame.ts";
import { createPlane } from "./planes.ts";
import { frameLedger } from "./frame-ledger.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const makeFrame = (stage = "here", side = 16): Frame => {
  const plane = createPlane({ width: side, height: side });
  return createFrame({ luma: plane, chroma: [plane, plane] }, { timestamp: 0 }, stage);
};

/** Opens things in a function of its own, so that nothing is left of them on this one's stack. */
function openAndForget(count: number, stage: string, free: () => void): WeakRef<object>[] {
  return Array.from({ length: count }, () => {
    const thing = { pixels: new Uint8Array(16) };
    frameLedger.opened(thing, stage, free);
    return new WeakRef(thing);
  });
}

/** Until the collector has been here, and what it calls has been called. */
const collected = (check: () => void): Promise<void> =>
  vi.waitFor(
    () => {
      collect();
      check();
    },
    { timeout: 10_000, interval: 10 },
  );

beforeEach(() => frameLedger.reset());
afterEach(() => vi.restoreAllMocks());

describe("a frame that nobody closed", () => {
  it("is not kept, is given back once, stays a leak in the count, and is told of once a stage", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const free = vi.fn();
    const refs = openAndForget(100, "decode", free);
    await collected(() => expect(free).toHaveBeenCalledTimes(100));
    expect(refs.filter((ref) => ref.deref() !== undefined)).toEqual([]);
    expect([frameLedger.open, frameLedger.report(), frameLedger.forgotten()]).toEqual([
      100,
      new Map([["decode", 100]]),
      new Map([["decode", 100]]),
    ]);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]![0]).toContain('a frame of "decode" was never closed');
  });

  it("lets go of its planes", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const before = memoryUsage().arrayBuffers;
    for (let index = 0; index < 64; index++) makeFrame("large", 1024);
    expect(memoryUsage().arrayBuffers - before).toBeGreaterThan(8 * 2 ** 20);
    await collected(() => expect(frameLedger.forgotten().get("large")).toBe(64));
    await collected(() => expect(memoryUsage().arrayBuffers - before).toBeLessThan(8 * 2 ** 20));
  });

  it("is given back after a reset too, which counts it no more", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const free = vi.fn();
    openAndForget(3, "before", free);
    frameLedger.reset();
    await collected(() => expect(free).toHaveBeenCalledTimes(3));
    expect([frameLedger.open, frameLedger.forgotten().size]).toEqual([0, 0]);
    expect(warn).not.toHaveBeenCalled();
  });

  it("tells those who wait for its end", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const told = vi.fn();
    (() => expect(frameLedger.whenClosed(makeFrame(), told)).toBe(true))();
    await collected(() => expect(told).toHaveBeenCalledOnce());
  });
});

describe("a frame that is closed", () => {
  it("is never given back by the collector, and never told of", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const free = vi.fn();
    const gone = ((): WeakRef<object> => {
      const thing = {};
      frameLedger.opened(thing, "decode", free);
      frameLedger.closed(thing);
      return new WeakRef(thing);
    })();
    await collected(() => expect(gone.deref() === undefined).toBe(true));
    expect([free.mock.calls, warn.mock.calls, frameLedger.open]).toEqual([[], [], 0]);
  });

  it("tells all who wait, once, in their order", () => {
    const frame = makeFrame();
    const told: number[] = [];
    for (const each of [1, 2]) expect(frameLedger.whenClosed(frame, () => told.push(each))).toBe(true);
    frame.close();
    frame.close();
    expect(told).toEqual([1, 2]);
    expect(frameLedger.whenClosed(frame, () => told.push(3))).toBe(false);
    expect(frameLedger.whenClosed({}, () => told.push(4))).toBe(false);
    expect(told).toEqual([1, 2]);
  });
});

describe("restateFrame", () => {
  it("is the same frame with other facts, counted once, and either ends both", async () => {
    const frame = makeFrame();
    const told = vi.fn();
    const later = restateFrame(frame, { timestamp: 7 });
    expect(later).toMatchObject({ timestamp: 7, duration: 0, size: frame.size, color: frame.color });
    expect(frameLedger.whenClosed(later, told)).toBe(true);
    expect(await later.planes()).toBe(await frame.planes());
    expect(frameLedger.open).toBe(1);
    later.close();
    expect([frameLedger.open, told.mock.calls.length]).toEqual([0, 1]);
    expect(frameLedger.whenClosed(later, told)).toBe(false);
    await expect(frame.planes()).rejects.toMatchObject({ code: "internal" });
  });
});
