/** WebGPU engines beside the CPU reference, in the page. */

import { createSeededRandom, randomTensor, runReference, seededMamba } from "@tatami/graph";
import type { Backend } from "@tatami/graph";
import { createOnnxBackend, createWebGpuBackend, selfTest } from "@tatami/runtime";
import { loadModel } from "@tatami/zoo";

/** What one run showed. */
export interface EngineOutcome {
  readonly shape: readonly number[];
  readonly worst: number;
}

const open = {
  "onnx-webgpu": () => createOnnxBackend("webgpu", { threads: 1, acceptSoftwareAdapter: true }),
  webgpu: () => createWebGpuBackend({ acceptSoftwareAdapter: true }),
};
const backends: Partial<Record<keyof typeof open, Promise<Backend>>> = {};

/** Runs a shipped model, or scans in windows of 8, on `count` patches of a batch of 3 and compares with the reference. */
async function compareWithReference(
  engine: keyof typeof open,
  name: string,
  width: number,
  height: number,
  count: number,
) {
  const backend = await (backends[engine] ??= open[engine]());
  const model =
    name === "scans" ? seededMamba({ features: 16, states: 8, window: 8 }) : await loadModel(name);
  await using executable = await backend.prepare(model, { batch: 3, width, height });
  await selfTest(model, executable, backend.name);
  const input = randomTensor([count, 1, height, width], 0, 1, createSeededRandom(width));
  const [seen, expected] = [await executable.infer(input), runReference(model, input)];
  const worst = seen.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected.data[i]!)), 0);
  return { shape: [...seen.shape], worst } satisfies EngineOutcome;
}

Object.assign(globalThis, { compareWithReference });
