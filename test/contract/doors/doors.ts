/** The ways to the upscaler that the contract is run over. */

import type { Frame } from "@tatami/core";
import type { Upscaler, UpscalerOptions } from "@tatami/upscale";
import { createUpscaler, UpscaleStream } from "@tatami/upscale";
import type { Worker } from "node:worker_threads";
import { expect, vi } from "vitest";
import { connectUpscaler, connectUpscalerPool } from "@tatami/worker";
import { ledgerOf, startWorker } from "@tatami/worker/testing";
import type { Door, OpenDoor } from "./door-contract.ts";
import { throughOperator } from "./through-operator.ts";

/** The upscaler itself, in this thread. */
export const directDoor: Door = {
  name: "createUpscaler",
  open: async (options) => throughFrames(await createUpscaler(options), [], 4),
};

/** A stream with an upscaler of its own for each time something is passed through. */
export const ownStreamDoor: Door = {
  name: "UpscaleStream",
  open: async (options) =>
    throughStreams(
      () => ({ ...options, model: options.model }),
      [],
      async () => {},
    ),
};

/** An upscaler in a worker. */
export const workerDoor: Door = {
  name: "connectUpscaler",
  open: async (options) => {
    const [workers, worker] = keep();
    return throughFrames(await connectUpscaler({ ...options, worker }), workers, 4);
  },
};

/** Streams that share one upscaler in a worker. */
export const workerStreamDoor: Door = {
  name: "UpscaleStream on connectUpscaler",
  open: async (options) => {
    const [workers, worker] = keep();
    const upscaler = await connectUpscaler({ ...options, worker });
    return throughStreams(
      () => ({ upscaler }),
      workers,
      async () => upscaler[Symbol.asyncDispose](),
      () => upscaler.reset(),
    );
  },
};

/** The RxJS operator on an upscaler in this thread. */
export const operatorDoor: Door = {
  name: "upscaleFrames",
  open: async (options) => {
    const upscaler = await createUpscaler(options);
    return throughOperator(upscaler, async () => []);
  },
};

/** The RxJS operator on an upscaler in a worker. */
export const workerOperatorDoor: Door = {
  name: "upscaleFrames on connectUpscaler",
  open: async (options) => {
    const [workers, worker] = keep();
    const upscaler = await connectUpscaler({ ...options, worker });
    const door = throughOperator(upscaler, () => Promise.all(workers.map(ledgerOf)));
    const settled = async (): Promise<void> => {
      await door.settled();
      await allClosed(workers);
    };
    return { ...door, settled };
  },
};

/** Frames dealt to two workers. */
export const poolDoor: Door = {
  name: "connectUpscalerPool",
  open: async (options) => {
    const [workers, worker] = keep();
    const pool = await connectUpscalerPool({ ...options, worker, size: 2 });
    return { ...throughFrames(pool, workers, 4), settled: () => allClosed(workers) };
  },
};

/** An aborted frame is given up here at once; its worker closes it when it comes to it. */
async function allClosed(workers: readonly Worker[]): Promise<void> {
  const look = async (): Promise<void> => {
    for (const worker of workers) expect((await ledgerOf(worker)).open).toBe(0);
  };
  await vi.waitFor(look, { timeout: 5000 });
}

function keep(): [workers: Worker[], start: () => Worker] {
  const workers: Worker[] = [];
  const start = (): Worker => {
    const worker = startWorker();
    workers.push(worker);
    return worker;
  };
  return [workers, start];
}

function throughFrames(upscaler: Upscaler, workers: readonly Worker[], bound: number): OpenDoor {
  return {
    bound,
    pass: (source, signal) => upscaler.frames(source, signal ? { signal } : {}),
    settled: async () => {},
    reset: () => upscaler.reset(),
    farLedgers: () => Promise.all(workers.map(ledgerOf)),
    [Symbol.asyncDispose]: () => upscaler[Symbol.asyncDispose](),
  };
}

function throughStreams(
  options: () => UpscalerOptions | { readonly upscaler: Upscaler },
  workers: readonly Worker[],
  dispose: () => Promise<void>,
  reset: () => Promise<void> = async () => {},
): OpenDoor {
  const under: Promise<unknown>[] = [];
  return {
    // two that wait, one written beside them, two enlarged, and one on its way from the source
    bound: 6,
    async *pass(source, signal) {
      const stream = new UpscaleStream<Frame>({ ...options(), ...(signal ? { signal } : {}) });
      const piping = readableOf(source).pipeTo(stream.writable);
      const ended = piping.catch(() => {});
      try {
        yield* stream.readable;
      } finally {
        under.push(ended.then(() => stream[Symbol.asyncDispose]()));
      }
    },
    settled: async () => void (await Promise.all(under.splice(0))),
    reset,
    farLedgers: () => Promise.all(workers.map(ledgerOf)),
    [Symbol.asyncDispose]: dispose,
  };
}

/** A stream of frames that, cancelled, closes the one it was about to give. */
function readableOf(source: AsyncIterable<Frame>): ReadableStream<Frame> {
  const frames = source[Symbol.asyncIterator]();
  let cancelled = false;
  return new ReadableStream<Frame>(
    {
      async pull(controller) {
        const next = await frames.next();
        if (next.done) controller.close();
        else if (cancelled) next.value.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        cancelled = true;
        await frames.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
