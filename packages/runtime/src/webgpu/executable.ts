/** A chain prepared for windows of one size on a GPU. */

import type { PatchJob } from "@tatami/core";
import { filterRadius, isDeepPlane, throwIfAborted } from "@tatami/core";
import type { BatchShape, Executable } from "@tatami/graph";
import { tensor } from "@tatami/graph";
import type { Chain } from "@tatami/kernels";
import { runJobs } from "../run-jobs.ts";
import type { RoundingExecutable } from "../self-test.ts";
import { leastIntegerPsnr } from "../self-test.ts";
import { planBands } from "./bands.ts";
import type { Exchange, Part } from "./exchange.ts";
import { openExchange, slotCount } from "./exchange.ts";
import type { NetworkInit } from "./network.ts";
import { bytesOf, createNetwork } from "./network.ts";
import { jobParts, tensorParts } from "./parts.ts";
import type { Variant } from "./variant.ts";
import type { PictureSource } from "./wgsl/picture-pass.ts";

/** What an executable is made from. */
export interface ExecutableInit extends NetworkInit {
  readonly chain: Chain;
  readonly halo: number;
  readonly variant: Variant;
  /** Bytes of a buffer at most. */
  readonly mostBytes: number;
}

/**
 * Prepares one, that rounds where its variant does.
 *
 * @throws TatamiError `out-of-memory`, `unsupported-environment`; `invalid-model` for a network that the variant cannot run.
 */
export async function prepareExecutable(
  open: ExecutableInit,
  shape: BatchShape,
): Promise<Executable | RoundingExecutable> {
  const { chain, halo, variant } = open;
  const bytesAt = (height: number): number => bytesOf(chain, { width: shape.width, height });
  const plan = planBands(shape, Math.max(halo, filterRadius), shape.batch, bytesAt, open.mostBytes);
  const size = { width: shape.width, height: plan.height };
  // of its own: batch by batch it is what the jobs say
  const strength = { value: 1 };
  const network = await createNetwork({ ...open, strength }, chain, variant, size, plan.batch);
  const exchanges = new Map<PictureSource, Promise<Exchange>>();
  const exchange = (form: PictureSource): Promise<Exchange> => {
    const opened = exchanges.get(form) ?? openExchange(open, network, chain, form, plan.batch);
    exchanges.set(form, opened);
    return opened;
  };
  // the buffers belong to one call at a time; the chain is the queue, bounded by its callers
  let busy: Promise<unknown> = Promise.resolve();
  const inTurn = (form: PictureSource, parts: readonly Part[], signal?: AbortSignal): Promise<void> => {
    const result = busy.then(async () => computeAll(await exchange(form), parts, plan.batch, signal));
    busy = result.catch(() => {});
    return result;
  };
  const executable: Executable = {
    shape,
    async infer(input) {
      const [n, , height, width] = input.shape as [number, number, number, number];
      const output = tensor([n, 1, height * chain.scale, width * chain.scale]);
      await inTurn("floats", tensorParts(input, output, plan, chain.scale));
      return output;
    },
    async run(jobs: readonly PatchJob[], signal) {
      throwIfAborted(signal);
      // the shaders' own levels have 8 bits: those of more travel as the model's numbers
      if (jobs.some(({ source }) => isDeepPlane(source))) return runJobs(executable, jobs, signal);
      await inTurn("bytes", jobParts(jobs, plan, chain.scale), signal);
      throwIfAborted(signal);
    },
    [Symbol.asyncDispose]: async () => {
      await busy;
      for (const opened of await Promise.allSettled(exchanges.values()))
        if (opened.status === "fulfilled") opened.value[Symbol.dispose]();
      network[Symbol.dispose]();
    },
  };
  return variant.features === "int8" ? { ...executable, leastPsnr: leastIntegerPsnr } : executable;
}

/** Runs parts batch after batch, two under way at once; leaves none behind, whatever happens. */
async function computeAll(
  exchange: Exchange,
  parts: readonly Part[],
  batch: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const underWay: Promise<void>[] = [];
  try {
    for (const some of batchesOf(parts, batch)) {
      if (underWay.length === slotCount) await underWay.shift();
      throwIfAborted(signal);
      underWay.push(exchange.compute(some));
    }
    for (const each of underWay) await each;
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** Parts in order, as many at once as may be: a batch's luma has one range and one strength. */
function* batchesOf(parts: readonly Part[], batch: number): Generator<readonly Part[]> {
  for (let start = 0, end = 0; start < parts.length; start = end) {
    const { fullRange, strength } = parts[start]!;
    const fits = (part: Part | undefined): boolean =>
      part?.fullRange === fullRange && part.strength === strength;
    while (end < start + batch && fits(parts[end])) end++;
    yield parts.slice(start, end);
  }
}
