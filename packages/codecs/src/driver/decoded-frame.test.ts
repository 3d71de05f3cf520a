/** A decoder's picture is given back once, whoever ends the frame and when. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Planes } from "@tatami/core";
import { createPlane, frameLedger, unstatedColor } from "@tatami/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDecodedFrame } from "./decoded-frame.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const size = { width: 2, height: 2 };
const planes: Planes = { luma: createPlane(size), chroma: [createPlane(size), createPlane(size)] };
const facts = { size, timestamp: 3, duration: 0, color: unstatedColor };

beforeEach(() => frameLedger.reset());
afterEach(() => vi.restoreAllMocks());

describe("createDecodedFrame", () => {
  it("gives the picture back when it is closed, and when it is read, once", async () => {
    const free = vi.fn();
    const frame = createDecodedFrame({ ...facts, read: async () => planes, free });
    frame.close();
    frame.close();
    expect(free).toHaveBeenCalledOnce();
    const other = createDecodedFrame({ ...facts, read: async () => planes, free });
    expect(await other.planes()).toBe(await other.planes());
    other.close();
    expect(free).toHaveBeenCalledTimes(2);
    await expect(other.planes()).rejects.toMatchObject({ code: "internal" });
    expect(frameLedger.open).toBe(0);
  });

  it("gives it back when the frame is collected, unless it is being read", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const free = vi.fn();
    (() => void createDecodedFrame({ ...facts, read: async () => planes, free }))();
    let finish: (read: Planes) => void = () => undefined;
    const read = new Promise<Planes>((resolve) => (finish = resolve));
    const freeRead = vi.fn();
    const reading = (() => createDecodedFrame({ ...facts, read: () => read, free: freeRead }).planes())();
    await vi.waitFor(
      () => {
        collect();
        expect(frameLedger.forgotten().get("decode")).toBe(2);
      },
      { timeout: 10_000, interval: 10 },
    );
    expect([free.mock.calls.length, freeRead.mock.calls.length]).toEqual([1, 0]);
    finish(planes);
    expect(await reading).toBe(planes);
    expect(freeRead).toHaveBeenCalledOnce();
  });
});
