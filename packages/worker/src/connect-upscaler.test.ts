import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { Frame } from "@tatami/core";
import { createFrame, createPlane, frameLedger, TatamiError } from "@tatami/core";
import type { Upscaler } from "@tatami/upscale";
import { createUpscaler } from "@tatami/upscale";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectUpscaler } from "./connect-upscaler.ts";
import { connectUpscalerPool } from "./connect-pool.ts";
import { doorOptions, numberedFrame, numberedFrames } from "./testing/frames.ts";
import { ledgerOf, startWorker, tell } from "./testing/node-worker.ts";

async function lumaOf(frame: Frame): Promise<Uint8Array> {
  const { luma } = await frame.planes();
  frame.close();
  return luma.data;
}

describe("an upscaler in a shared worker", () => {
  let worker: Worker;
  let upscaler: Upscaler;
  beforeAll(async () => {
    worker = startWorker();
    upscaler = await connectUpscaler({ ...doorOptions, worker });
  });
  afterAll(async () => {
    await upscaler[Symbol.asyncDispose]();
    await worker.terminate();
  });
  beforeEach(() => frameLedger.reset());

  it("says of itself what the same upscaler says here", async () => {
    await using direct = await createUpscaler(doorOptions);
    const { backend, description, scale, parallelPatches, rejected } = direct;
    expect(upscaler).toMatchObject({ backend, description, scale, parallelPatches, rejected });
    for (const size of [
      { width: 40, height: 26 },
      { width: 640, height: 360 },
    ]) {
      expect(upscaler.patchesPerFrame(size)).toBe(direct.patchesPerFrame(size));
      expect(upscaler.macsPerFrame(size)).toBe(direct.macsPerFrame(size));
    }
  });

  it("keeps a rate there, and tells how; several workers have a share of it each", async () => {
    await using paced = await connectUpscaler({ ...doorOptions, worker, framesPerSecond: 25 });
    expect(upscaler.pace).toBeUndefined();
    await lumaOf(await paced.frame(numberedFrame(1)));
    for await (const frame of paced.frames(numberedFrames(5))) frame.close();
    const { wanted, frames } = paced.pace!.summary();
    expect(wanted).toBe(25);
    expect(frames.reduce((sum, count) => sum + count, 0)).toBe(6);
    const pool = { ...doorOptions, worker: startWorker, size: 2, framesPerSecond: 30 } as const;
    await using members = await connectUpscalerPool(pool);
    await lumaOf(await members.frame(numberedFrame(2)));
  });

  it("enlarges single frames, and tells how it came about", async () => {
    await using direct = await createUpscaler(doorOptions);
    await upscaler.reset();
    const stages: string[] = [];
    const patches: number[][] = [];
    const told = {
      onStage: (stage: string) => void stages.push(stage),
      onPatches: (computed: number, reused: number) => void patches.push([computed, reused]),
    };
    const seen = await lumaOf(await upscaler.frame(numberedFrame(3), told));
    expect(seen).toEqual(await lumaOf(await direct.frame(numberedFrame(3))));
    expect(stages).toEqual(expect.arrayContaining(["split", "infer", "assemble"]));
    expect(patches).toEqual([[upscaler.patchesPerFrame({ width: 40, height: 26 }), 0]]);
    await lumaOf(await upscaler.frame(numberedFrame(3), told));
    expect(patches[1]![0]).toBe(0);
    expect(frameLedger.open).toBe(0);
  });

  it("lets buffers change hands, and copies those in which something else lies", async () => {
    const frame = numberedFrame(0);
    const { luma, chroma } = await frame.planes();
    await lumaOf(await upscaler.frame(frame));
    expect([luma, ...chroma].map(({ data }) => data.byteLength)).toEqual([0, 0, 0]);

    const shared = new Uint8Array(4000).fill(99);
    const plane = (width: number, height: number, from: number) => {
      return { width, height, stride: width, data: shared.subarray(from, from + width * height) };
    };
    const planes = {
      luma: plane(40, 26, 0),
      chroma: [plane(20, 13, 1100), plane(20, 13, 1500)] as const,
    };
    await lumaOf(await upscaler.frame(createFrame(planes, { timestamp: 0 })));
    expect(shared.byteLength).toBe(4000);

    const neutral = createPlane({ width: 20, height: 13 });
    const twice = () => createPlane({ width: 40, height: 26 });
    const [first, second] = [twice(), twice()].map((own) =>
      createFrame({ luma: own, chroma: [neutral, neutral] }, { timestamp: 0 }),
    );
    await lumaOf(await upscaler.frame(first!));
    await expect(upscaler.frame(second!)).rejects.toMatchObject({ code: "invalid-option" });
    expect(frameLedger.open).toBe(0);
  });

  it("lets an abort reach the worker, whose frames are closed", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const frames = [0, 1, 2, 3, 4, 5].map((index) =>
      upscaler.frame(numberedFrame(index), { signal: controller.signal }),
    );
    await setImmediate();
    controller.abort(reason);
    for (const ended of await Promise.allSettled(frames)) {
      if (ended.status === "fulfilled") ended.value.close();
      else expect(ended.reason).toBe(reason);
    }
    await upscaler.reset();
    expect(frameLedger.report()).toEqual(new Map());
    expect((await ledgerOf(worker)).open).toBe(0);
  });

  it("never has more frames in the worker than it may", async () => {
    for (const capacity of [1, 2, 6]) {
      await using narrow = await connectUpscaler({ ...doorOptions, worker, capacity });
      tell(worker, "reset ledger");
      for await (const frame of narrow.frames(numberedFrames(16))) frame.close();
      const { open, peak } = await ledgerOf(worker);
      expect(open).toBe(0);
      expect(peak).toBeGreaterThan(0);
      // while some are enlarged they are there twice: the source, and what is made of it
      expect(peak).toBeLessThanOrEqual(capacity + Math.ceil(capacity / 2));
    }
  });

  it("leaves the worker to others when it is disposed of", async () => {
    const other = await connectUpscaler({ ...doorOptions, worker });
    await other[Symbol.asyncDispose]();
    await expect(other.frame(numberedFrame(0))).rejects.toMatchObject({ code: "worker-lost" });
    (await upscaler.frame(numberedFrame(0))).close();
    expect(frameLedger.open).toBe(0);
  });
});

describe("a worker of one's own", () => {
  beforeEach(() => frameLedger.reset());

  const start = async () => {
    let worker: Worker | undefined;
    const upscaler = await connectUpscaler({ ...doorOptions, worker: () => (worker = startWorker()) });
    return { upscaler, worker: worker! };
  };

  it("ends with its upscaler", async () => {
    const { upscaler, worker } = await start();
    const ended = once(worker, "exit");
    await Promise.all([upscaler[Symbol.asyncDispose](), upscaler[Symbol.asyncDispose]()]);
    await ended;
    await expect(upscaler.reset()).rejects.toMatchObject({ code: "worker-lost" });
  });

  it("that dies rejects whatever is under way and whatever comes, and nothing stays open", async () => {
    const { upscaler, worker } = await start();
    const single = [0, 1, 2, 3, 4, 5, 6].map((index) => upscaler.frame(numberedFrame(index)));
    const read = async (): Promise<void> => {
      let count = 0;
      for await (const frame of upscaler.frames(numberedFrames(40))) {
        frame.close();
        if (count++ === 2) tell(worker, "die");
      }
    };
    await expect(read()).rejects.toBeInstanceOf(TatamiError);
    for (const ended of await Promise.allSettled([...single, upscaler.frame(numberedFrame(0))])) {
      if (ended.status === "fulfilled") ended.value.close();
      else
        expect(ended.reason).toMatchObject({ code: "worker-lost", detail: { reason: expect.any(String) } });
    }
    await expect(upscaler.frame(numberedFrame(0))).rejects.toMatchObject({ code: "worker-lost" });
    await upscaler[Symbol.asyncDispose]();
    expect(frameLedger.report()).toEqual(new Map());
  });

  it("is ended when the model cannot be loaded there, or the loading is aborted", async () => {
    const ended: Promise<unknown>[] = [];
    const worker = (): Worker => {
      const made = startWorker();
      ended.push(once(made, "exit"));
      return made;
    };
    const wrong = connectUpscaler({ ...doorOptions, patchSize: 3, worker });
    await expect(wrong).rejects.toMatchObject({ code: "invalid-option", detail: { value: "3" } });
    const controller = new AbortController();
    const reason = new Error("enough");
    const aborted = connectUpscaler({ ...doorOptions, worker, signal: controller.signal });
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await Promise.all(ended);
  });

  it("is not started for options that are wrong here", async () => {
    const wrong: [object, RegExp][] = [
      [{ ...doorOptions }, /options\.worker must be a worker, or a function that starts one/],
      [{ ...doorOptions, worker: startWorker, capacity: 0 }, /options\.capacity must be/],
      [
        { ...doorOptions, worker: startWorker, capacity: 2, maxLatencyFrames: 3 },
        /options\.maxLatencyFrames must be at most options\.capacity \(2\), not 3/,
      ],
    ];
    for (const [options, message] of wrong)
      await expect(connectUpscaler(options as never)).rejects.toThrow(message);
    await expect(connectUpscalerPool({ ...doorOptions, worker: startWorker, size: 0 })).rejects.toThrow(
      /options\.size must be/,
    );
  });
});

describe("a pool", () => {
  it("keeps a stream with one worker where patches are reused, and reuses them", async () => {
    await using pool = await connectUpscalerPool({
      ...doorOptions,
      worker: startWorker,
      size: 2,
      reuse: "exact",
    });
    const still = async function* (): AsyncGenerator<Frame, void, undefined> {
      for (let count = 0; count < 6; count++) yield numberedFrame(0);
    };
    let computed = 0;
    const onPatches = (count: number): void => void (computed += count);
    for await (const frame of pool.frames(still(), { onPatches })) frame.close();
    expect(computed).toBe(pool.patchesPerFrame({ width: 40, height: 26 }));
  });
});
