/** The WebAssembly engine in a page, beside the CPU reference. */

import type { PatchJob } from "@tatami/core";
import { createPlane, scaleSize } from "@tatami/core";
import { createSeededRandom, randomTensor, runReference } from "@tatami/graph";
import type { KernelBuild } from "@tatami/kernels";
import { createWasmBackend, defaultThreads, selfTest } from "@tatami/runtime";
import { loadModel } from "@tatami/zoo";

/** What one run showed. */
export interface WasmOutcome {
  readonly description: string;
  readonly worst: number;
}

/** Runs a shipped model on one small picture and compares with the reference. */
async function compareWithReference(
  name: string,
  width: number,
  height: number,
  build?: KernelBuild,
  threads?: number,
) {
  const model = await loadModel(name);
  await using backend = await createWasmBackend({ threads: threads ?? defaultThreads(), build });
  await using executable = await backend.prepare(model, { batch: 1, width, height });
  await selfTest(model, executable, backend.name);
  const input = randomTensor([1, 1, height, width], 0, 1, createSeededRandom(width));
  const [seen, expected] = [await executable.infer(input), runReference(model, input)];
  const worst = seen.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected.data[i]!)), 0);
  return { description: backend.description, worst } satisfies WasmOutcome;
}

/** Upscales a frame over and over for a while, from the page's main thread. */
async function work(frames: number) {
  const model = await loadModel("m5-x2");
  await using backend = await createWasmBackend({ threads: defaultThreads() });
  const [size, cut] = [
    { width: 640, height: 360 },
    { width: 640, height: 90 },
  ];
  await using executable = await backend.prepare(model, { batch: 1, ...cut });
  const [source, target] = [createPlane(size), createPlane(scaleSize(size, 2))];
  const jobs = [0, 90, 180, 270].map((y): PatchJob => {
    const rect = { x: 0, y, ...cut };
    return { source, target, window: rect, kept: rect, fullRange: false };
  });
  const start = performance.now();
  for (let frame = 0; frame < frames; frame++) await executable.run(jobs);
  return performance.now() - start;
}

Object.assign(globalThis, { compareWithReference, work });
