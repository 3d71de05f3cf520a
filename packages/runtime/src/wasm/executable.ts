/** A chain prepared for windows of one size, on threads or on the calling one. */

import type { PatchJob } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import type { BatchShape, Tensor } from "@tatami/graph";
import { tensor } from "@tatami/graph";
import type { Chain } from "@tatami/kernels";
import { createArena, createInference, layOutPlans } from "@tatami/kernels";
import { loadWave, writeWave } from "./job-memory.ts";
import type { SmallerWindows } from "../smaller-windows.ts";
import type { Wave } from "../threads/requests.ts";
import type { ThreadPool } from "../threads/thread-pool.ts";

/** Bytes of pictures that a wave of jobs may bring into memory. */
const waveBytes = 64 * 2 ** 20;
/** Milliseconds of computing on the calling thread after which the event loop has its turn. */
const sliceTime = 12;

/** Lays the chain out in a memory of its own. @throws TatamiError `out-of-memory`, `worker-lost`. */
export async function prepareExecutable(
  module: WebAssembly.Module,
  pool: ThreadPool | undefined,
  chain: Chain,
  shape: BatchShape,
): Promise<SmallerWindows> {
  const id = pool?.newId() ?? 0;
  const arena = createArena();
  const { plans } = layOutPlans(arena, chain, shape.width, pool?.size ?? 1);
  const empty = arena.mark();
  const inference = pool ? undefined : createInference(module, arena.memory);
  const { memory } = arena;
  await pool?.ask((thread) => ({ kind: "open", id, module, memory, plan: plans[thread]! }));
  // threads answer one wave at a time; the chain is the queue, bounded by its callers
  let busy: Promise<unknown> = Promise.resolve();

  const compute = async (wave: Wave, signal?: AbortSignal): Promise<void> => {
    const counter = new Int32Array(arena.memory.buffer, wave.next, 1);
    if (pool) {
      const stop = (): void => void Atomics.store(counter, 0, wave.count);
      signal?.addEventListener("abort", stop);
      try {
        const { jobs, count, next } = wave;
        await pool.ask(() => ({ kind: "run", id, jobs, count, next }));
      } finally {
        signal?.removeEventListener("abort", stop);
      }
      return;
    }
    let since = performance.now();
    for (let count = 1; count <= wave.count; count++) {
      inference!.takeJobs(plans[0]!, wave.jobs, count, wave.next);
      // the call that finds no job left has counted on
      Atomics.store(counter, 0, count);
      if (performance.now() - since < sliceTime) continue;
      await turn();
      throwIfAborted(signal);
      since = performance.now();
    }
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = busy.then(async () => {
      try {
        return await work();
      } finally {
        arena.release(empty);
      }
    });
    busy = result.catch(() => {});
    return result;
  };
  const runWave = async (jobs: readonly PatchJob[], signal?: AbortSignal): Promise<void> => {
    const wave = loadWave(arena, jobs, chain.scale);
    await compute(wave, signal);
    throwIfAborted(signal);
    wave.store();
  };
  return {
    shape,
    smallerWindows: true,
    infer: (input) =>
      inTurn(async () => {
        const { wave, read } = loadTensor(arena, input, chain.scale);
        await compute(wave);
        return read();
      }),
    run: async (jobs, signal) => {
      throwIfAborted(signal);
      for (const wave of waves(jobs, chain.scale)) {
        await inTurn(() => runWave(wave, signal));
        throwIfAborted(signal);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await busy;
      pool?.tell({ kind: "close", id });
    },
  };
}

/** Jobs in order, cut where their pictures would fill the memory. */
function* waves(jobs: readonly PatchJob[], scale: number): Generator<readonly PatchJob[]> {
  let wave: PatchJob[] = [];
  let bytes = 0;
  const sources = new Set<unknown>();
  for (const job of jobs) {
    const { source, kept } = job;
    const { byteLength, BYTES_PER_ELEMENT: wide } = source.data;
    const needed = kept.width * kept.height * scale ** 2 * wide + (sources.has(source) ? 0 : byteLength);
    if (wave.length > 0 && bytes + needed > waveBytes) {
      yield wave;
      [wave, bytes] = [[], 0];
      sources.clear();
    }
    wave.push(job);
    bytes += needed;
    sources.add(source);
  }
  if (wave.length > 0) yield wave;
}

function loadTensor(arena: ReturnType<typeof createArena>, input: Tensor, scale: number) {
  const [n, , height, width] = input.shape as [number, number, number, number];
  const shape = [n, 1, height * scale, width * scale];
  const [inputCount, outputCount] = [width * height, width * height * scale ** 2];
  const source = arena.take(input.data.byteLength);
  const target = arena.take(n * outputCount * 4);
  new Float32Array(arena.memory.buffer, source, input.data.length).set(input.data);
  const size = { width, height };
  const jobs = Array.from({ length: n }, (_, index) => ({
    source: source + index * inputCount * 4,
    sourceStride: width * 4,
    window: size,
    kept: { x: 0, y: 0, ...size },
    target: target + index * outputCount * 4,
    targetStride: width * scale * 4,
    floats: true,
    fullRange: false,
    strength: 1,
  }));
  const wave = writeWave(arena, jobs);
  const read = (): Tensor =>
    tensor(shape, new Float32Array(arena.memory.buffer, target, n * outputCount).slice());
  return { wave, read };
}

/** A turn of the event loop, sooner than a timer's millisecond where the environment has one. */
function turn(): Promise<void> {
  const { setImmediate: soon } = globalThis as { setImmediate?: (then: () => void) => void };
  return new Promise((resolve) => (soon ? soon(resolve) : setTimeout(resolve, 0)));
}
