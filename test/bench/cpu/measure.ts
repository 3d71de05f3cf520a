/** Times CPU engines side by side: round after round, each does one frame in turn. */

import type { Size } from "@tatami/core";
import type { Model, SesrSize } from "@tatami/graph";
import { countMacs, seededSesr } from "@tatami/graph";
import type { Contender, Runner } from "./contenders.ts";
import { openContenders, prepareRunner } from "./contenders.ts";

/** What is measured. */
export interface CpuBench {
  readonly models: readonly SesrSize[];
  readonly sizes: readonly Size[];
  readonly threads: number;
  /** Rounds at most; long ones end sooner, after three. */
  readonly rounds: number;
}

/** One engine on one model and size. */
export interface CpuFigure {
  readonly model: SesrSize;
  readonly size: Size;
  readonly engine: string;
  readonly threads: number;
  readonly patches: number;
  /** `384` or `256×2`: a patch's side, and the batch. */
  readonly cut: string;
  /** Milliseconds a frame. */
  readonly median: number;
  readonly least: number;
  /** Milliseconds of processor time a frame at least, all threads together; in Node only. */
  readonly processor: number | undefined;
  /** Multiply-accumulates a second of the network on the whole frame: overlap does not count. */
  readonly macs: number;
}

/** Measures, and tells each figure of a model and size as soon as it is known. Gives what could not be measured. */
export async function measureCpu(
  { models, sizes, threads, rounds }: CpuBench,
  tell: (figures: readonly CpuFigure[]) => void,
): Promise<readonly string[]> {
  const { contenders, absent } = await openContenders(threads);
  for (const name of models)
    for (const size of sizes) {
      const model = seededSesr(name);
      const entries: { readonly contender: Contender; readonly runner: Runner; readonly times: Times[] }[] =
        [];
      for (const contender of contenders) {
        const runner = await fastest(contender, model, size);
        if (runner) entries.push({ contender, runner, times: [] });
      }
      const expected = Uint8Array.from(await entries.at(-1)!.runner.frame());
      for (const { contender, runner } of entries) check(contender.name, await runner.frame(), expected);
      const end = performance.now() + 8000;
      for (let round = 0; round < rounds && (round < 3 || performance.now() < end); round++)
        for (const { runner, times } of entries) times.push(await time(runner));
      tell(
        entries.map(({ contender, runner, times }) => {
          const sorted = times.map(({ wall }) => wall).toSorted((a, b) => a - b);
          const median = middle(sorted);
          const { patchSize, batch } = runner.cut;
          return {
            model: name,
            size,
            engine: contender.name,
            threads,
            patches: runner.patches,
            cut: patchSize === 4096 ? "whole" : `${patchSize}${batch > 1 ? `×${batch}` : ""}`,
            median,
            least: sorted[0]!,
            processor: typeof process === "object" ? Math.min(...times.map(({ cpu }) => cpu)) : undefined,
            macs: (countMacs(model, size) / median) * 1000,
          };
        }),
      );
      for (const { runner } of entries) await runner[Symbol.asyncDispose]();
    }
  for (const backend of new Set(contenders.map((contender) => contender.backend)))
    await backend[Symbol.asyncDispose]();
  return absent;
}

async function fastest(contender: Contender, model: Model, size: Size): Promise<Runner | undefined> {
  let best: { readonly runner: Runner; readonly time: number } | undefined;
  for (const cut of contender.cuts(size, model.halo)) {
    const runner = await prepareRunner(contender, model, size, cut);
    await runner.frame();
    const { wall: spent } = await time(runner);
    const slower = best && best.time <= spent ? runner : best?.runner;
    if (slower !== runner) best = { runner, time: spent };
    await slower?.[Symbol.asyncDispose]();
  }
  return best?.runner;
}

interface Times {
  readonly wall: number;
  readonly cpu: number;
}

async function time(runner: Runner): Promise<Times> {
  const [start, before] = [performance.now(), processorTime()];
  await runner.frame();
  return { wall: performance.now() - start, cpu: processorTime() - before };
}

function processorTime(): number {
  if (typeof process !== "object") return 0;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

// A fast wrong answer is no answer: engines round differently, by a level at most.
function check(name: string, seen: Uint8Array, expected: Uint8Array): void {
  const worst = seen.reduce((most, level, i) => Math.max(most, Math.abs(level - expected[i]!)), 0);
  if (worst > 1) throw new Error(`${name} is ${worst} levels from onnxruntime-web.`);
}
