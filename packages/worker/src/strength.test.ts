import type { Worker } from "node:worker_threads";
import type { Frame } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import type { Upscaler } from "@tatami/upscale";
import { createUpscaler } from "@tatami/upscale";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectUpscaler } from "./connect-upscaler.ts";
import { connectUpscalerPool } from "./connect-pool.ts";
import { doorOptions, numberedFrame, numberedFrames } from "./testing/frames.ts";
import { startWorker } from "./testing/node-worker.ts";

async function lumaOf(frame: Frame): Promise<Uint8Array> {
  const { luma } = await frame.planes();
  frame.close();
  return luma.data;
}

describe("strength across the bridge", () => {
  let worker: Worker;
  let direct: Upscaler;
  beforeAll(async () => {
    worker = startWorker();
    direct = await createUpscaler(doorOptions);
  });
  afterAll(async () => {
    await direct[Symbol.asyncDispose]();
    await worker.terminate();
  });
  beforeEach(() => frameLedger.reset());
  const right = async (index: number, strength: number): Promise<Uint8Array> =>
    lumaOf(await direct.frame(numberedFrame(index), { strength }));

  it("is what it was when a frame was given, though others may wait", async () => {
    await using upscaler = await connectUpscaler({ ...doorOptions, worker, strength: 0.4, capacity: 2 });
    expect(upscaler.strength).toBe(0.4);
    const strengths = [0.4, 1.5, 0, 1, 0.6, 0.6];
    const working = strengths.map((strength, index) => {
      upscaler.setStrength(strength);
      return upscaler.frame(numberedFrame(index));
    });
    const once = upscaler.frame(numberedFrame(6), { strength: 0.2 });
    expect(upscaler.strength).toBe(0.6);
    for (const [index, strength] of strengths.entries())
      expect(await lumaOf(await working[index]!)).toEqual(await right(index, strength));
    expect(await lumaOf(await once)).toEqual(await right(6, 0.2));
    expect(frameLedger.open).toBe(0);
  });

  it("changes while a stream goes on, unless it has one of its own", async () => {
    await using upscaler = await connectUpscaler({ ...doorOptions, worker, capacity: 1 });
    const seen: Uint8Array[] = [];
    for await (const frame of upscaler.frames(numberedFrames(6))) {
      seen.push(await lumaOf(frame));
      upscaler.setStrength(0.3);
    }
    expect(seen[0]).toEqual(await right(0, 1));
    expect(seen.at(-1)).toEqual(await right(5, 0.3));
    let index = 0;
    for await (const frame of upscaler.frames(numberedFrames(2), { strength: 1.2 })) {
      upscaler.setStrength(0);
      expect(await lumaOf(frame)).toEqual(await right(index++, 1.2));
    }
  });

  it("is every member's of a pool, and refused beyond its limits before anything is sent", async () => {
    await using pool = await connectUpscalerPool({ ...doorOptions, worker: startWorker, size: 2 });
    pool.setStrength(0.7);
    expect(pool.strength).toBe(0.7);
    let index = 0;
    for await (const frame of pool.frames(numberedFrames(4)))
      expect(await lumaOf(frame)).toEqual(await right(index++, 0.7));
    expect(() => pool.setStrength(3)).toThrow(/strength must be a number from 0 to 1\.5, not 3/);
    await expect(connectUpscaler({ ...doorOptions, worker, strength: -1 })).rejects.toMatchObject({
      code: "invalid-option",
    });
    await expect(pool.frame(numberedFrame(0), { strength: 9 })).rejects.toMatchObject({
      code: "invalid-option",
    });
    expect(frameLedger.open).toBe(0);
  });
});
