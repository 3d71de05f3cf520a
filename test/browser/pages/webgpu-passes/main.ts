/** Tatami's own WebGPU engine beside the CPU reference, in the page. */

import type { TatamiError } from "@tatami/core";
import { createSeededRandom, randomTensor, runReference } from "@tatami/graph";
import {
  createTuneMemory,
  createWebGpuBackend,
  gatherPatches,
  scatterPatches,
  selfTest,
} from "@tatami/runtime";
import { testModel } from "./models.ts";
import { copyOf, jobOf, largest, ramp } from "./pictures.ts";
import type { GpuCase } from "./run-case.ts";
import { backendOf, runCase, software } from "./run-case.ts";
import type { TimestampOutcome } from "./watch-timestamps.ts";
import { watchTimestamps } from "./watch-timestamps.ts";

/** What one run showed. */
export interface PassOutcome {
  readonly shape: readonly number[];
  /** Largest difference of the network's numbers, in luma of 0..1. */
  readonly worst: number;
  /** Largest difference of 8-bit levels, everything that must not be written included. */
  readonly levels: number;
}

/** What tuning came to. */
export interface TuneOutcome {
  /** What was remembered, and under which keys. */
  readonly keys: readonly string[];
  readonly choices: readonly string[];
  /** Largest differences of the network's numbers, before and after the choice was known. */
  readonly worst: readonly number[];
  readonly clock: TimestampOutcome & {
    /** Whether the adapter has timestamp queries. */
    readonly offered: boolean;
  };
}

async function compareWithReference(each: GpuCase) {
  const { seen, expected, jobs, right } = await runCase(testModel(each.model), each, runReference);
  const levels = jobs.map(({ target }, index) => largest(target.data, right[index]!.target.data));
  const worst = largest(seen.data, expected.data);
  return { shape: [...seen.shape], worst, levels: Math.max(...levels) } satisfies PassOutcome;
}

/** Two instances at once, each on a device of its own. */
async function twoAtOnce() {
  const model = testModel("unequal");
  const run = async (seed: number): Promise<number> => {
    await using backend = await createWebGpuBackend(software);
    await using executable = await backend.prepare(model, { batch: 2, width: 20, height: 14 });
    await selfTest(model, executable, backend.name);
    const input = randomTensor([3, 1, 14, 20], 0, 1, createSeededRandom(seed));
    return largest((await executable.infer(input)).data, runReference(model, input).data);
  };
  return Promise.all([run(1), run(2)]);
}

/** On a device that was given; tells whether it still works afterwards. */
async function onGivenDevice() {
  const device = await (await navigator.gpu.requestAdapter())!.requestDevice();
  let lost = false;
  void device.lost.then(() => (lost = true));
  const model = testModel("unequal");
  const backend = await createWebGpuBackend({ device });
  const input = randomTensor([1, 1, 9, 12], 0, 1, createSeededRandom(4));
  const executable = await backend.prepare(model, { batch: 1, width: 12, height: 9 });
  const worst = largest((await executable.infer(input)).data, runReference(model, input).data);
  await executable[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
  await device.queue.onSubmittedWorkDone();
  // a buffer can be mapped as long as its device lives; these are MAP_READ and COPY_DST
  const buffer = device.createBuffer({ size: 16, usage: 1 | 8 });
  const alive = await buffer.mapAsync(1).then(
    () => !lost,
    () => false,
  );
  device.destroy();
  return { worst, alive };
}

/** Tunes on a small picture, then opens the engine again with what was remembered. */
async function tuned(milliseconds: number): Promise<TuneOutcome> {
  const entries = new Map<string, string>();
  const storage = {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
  };
  const model = testModel("unequal");
  const input = randomTensor([1, 1, 60, 80], 0, 1, createSeededRandom(6));
  const expected = runReference(model, input).data;
  const worst: number[] = [];
  const seen = watchTimestamps();
  for (const tuneMilliseconds of [milliseconds, 0]) {
    const tuneMemory = createTuneMemory(storage);
    await using backend = await createWebGpuBackend({ ...software, tuneMilliseconds, tuneMemory });
    await using executable = await backend.prepare(model, { batch: 1, width: 80, height: 60 });
    worst.push(largest((await executable.infer(input)).data, expected));
  }
  const offered = (await navigator.gpu.requestAdapter())!.features.has("timestamp-query");
  return { keys: [...entries.keys()], choices: [...entries.values()], worst, clock: { offered, ...seen() } };
}

/** An abort while it works, one before it works, and a run after both. */
async function aborted() {
  const backend = await backendOf();
  const model = testModel("unequal");
  await using executable = await backend.prepare(model, { batch: 1, width: 32, height: 32 });
  const jobs = Array.from({ length: 50 }, (_, index) => jobOf(32, 32, model.scale, index));
  const controller = new AbortController();
  setTimeout(() => controller.abort("now"), 0);
  const reason = (run: Promise<void>): Promise<unknown> =>
    run.then(
      () => "done",
      (error: unknown) => error,
    );
  const during = await reason(executable.run(jobs, controller.signal));
  const untouched = jobs.at(-1)!.target.data.every((level) => level === 7);
  const before = await reason(executable.run(jobs, AbortSignal.abort("enough")));
  const [job] = [jobOf(32, 32, model.scale, 0)];
  const right = copyOf(job);
  const gathered = gatherPatches([right], executable.shape);
  scatterPatches([right], gathered, runReference(model, gathered));
  await executable.run([job]);
  return { during, untouched, before, levels: largest(job.target.data, right.target.data) };
}

/** Half floats between layers, on a device that was asked for them and on one that was not. */
async function halfFloats() {
  const model = testModel("m3-x2");
  const input = ramp(1, 24, 32);
  const expected = runReference(model, input).data;
  const adapter = (await navigator.gpu.requestAdapter())!;
  const present = adapter.features.has("shader-f16");
  const compute = async (device: GPUDevice): Promise<number | string> => {
    try {
      await using backend = await createWebGpuBackend({ device, variant: { features: "f16" } });
      await using executable = await backend.prepare(model, { batch: 1, width: 32, height: 24 });
      return largest((await executable.infer(input)).data, expected);
    } catch (error) {
      const { code, message } = error as TatamiError;
      return `${code}: ${message}`;
    } finally {
      device.destroy();
    }
  };
  const without = await compute(await adapter.requestDevice());
  if (!present) return { present, with: without, without };
  const other = (await navigator.gpu.requestAdapter())!;
  return {
    present,
    with: await compute(await other.requestDevice({ requiredFeatures: ["shader-f16"] })),
    without,
  };
}

/** What the engine says to software adapters where nobody asked for one. */
async function unasked(): Promise<string> {
  return createWebGpuBackend().then(
    () => "taken",
    (error: Error) => error.message,
  );
}

Object.assign(globalThis, {
  compareWithReference,
  twoAtOnce,
  onGivenDevice,
  tuned,
  halfFloats,
  aborted,
  unasked,
});
