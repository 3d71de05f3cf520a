/** One case on the WebGPU engine, beside what another way of computing it gives: numbers, and levels through jobs. */

import type { PatchJob } from "@tatami/core";
import type { Backend, Model, Tensor } from "@tatami/graph";
import { createSeededRandom, randomTensor } from "@tatami/graph";
import type { WebGpuOptions } from "@tatami/runtime";
import { createWebGpuBackend, gatherPatches, scatterPatches } from "@tatami/runtime";
import { openDevice } from "../page-device.ts";
import { copyOf, jobOf, poison, ramp } from "./pictures.ts";

/** One case. */
export interface GpuCase {
  /** A name of {@link testModel}. */
  readonly model: string;
  readonly width: number;
  readonly height: number;
  readonly batch: number;
  /** Pictures, which may be more than a batch. */
  readonly count: number;
  readonly picture: "noise" | "ramp";
  /** Whether there is one more job, of ten bits, which the shaders' own levels are not. @defaultValue false */
  readonly tenBits?: boolean;
  readonly options?: WebGpuOptions;
}

/** What came of it. */
export interface GpuRun {
  readonly luma: Tensor;
  readonly seen: Tensor;
  readonly expected: Tensor;
  readonly jobs: readonly PatchJob[];
  /** The same jobs, as they should be. */
  readonly right: readonly PatchJob[];
}

/** What a software adapter is taken by. */
export const software = { acceptSoftwareAdapter: true };

const opened = new Map<string, Promise<Backend>>();

/** The backend of these options, the same one each time. */
export function backendOf(options: WebGpuOptions = {}): Promise<Backend> {
  const key = JSON.stringify(options);
  const made = opened.get(key) ?? openBackend(options);
  opened.set(key, made);
  return made;
}

async function openBackend(options: WebGpuOptions): Promise<Backend> {
  return createWebGpuBackend({ ...software, device: await openDevice(), ...options });
}

/** Runs the case; `define` says what should come of it. */
export async function runCase(
  model: Model,
  { width, height, batch, count, picture, tenBits = false, options }: GpuCase,
  define: (model: Model, luma: Tensor) => Tensor,
): Promise<GpuRun> {
  const backend = await backendOf(options);
  await using executable = await backend.prepare(model, { batch, width, height });
  // what an earlier, fuller batch leaves in the buffers must not be seen
  await executable.infer(poison(batch, height, width));
  const luma =
    picture === "ramp"
      ? ramp(count, height, width)
      : randomTensor([count, 1, height, width], 0, 1, createSeededRandom(width));
  const seen = await executable.infer(luma);
  const depths = [...Array.from({ length: count }, () => 8), ...(tenBits ? [10] : [])];
  const jobs = depths.map((bits, index) => jobOf(width, height, model.scale, index, bits));
  const right = jobs.map(copyOf);
  const gathered = gatherPatches(right, { batch, width, height });
  scatterPatches(right, gathered, define(model, gathered));
  await executable.run(jobs.slice(0, count));
  await executable.run(jobs.slice(count));
  return { luma, seen, expected: define(model, luma), jobs, right };
}
