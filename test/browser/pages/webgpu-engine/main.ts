/** onnxruntime-web's WebGPU engine beside the CPU reference, in the page. */

import { createSeededRandom, randomTensor, runReference } from "@tatami/graph";
import type { Backend } from "@tatami/graph";
import { createOnnxBackend, selfTest } from "@tatami/runtime";
import { loadModel } from "@tatami/zoo";

/** What one run showed. */
export interface EngineOutcome {
  readonly shape: readonly number[];
  readonly worst: number;
}

let backend: Backend | undefined;

/** Runs a shipped model on `count` patches of a batch of 3 and compares with the reference. */
async function compareWithReference(name: string, width: number, height: number, count: number) {
  backend ??= await createOnnxBackend("webgpu", { threads: 1, acceptSoftwareAdapter: true });
  const model = await loadModel(name);
  await using executable = await backend.prepare(model, { batch: 3, width, height });
  await selfTest(model, executable, backend.name);
  const input = randomTensor([count, 1, height, width], 0, 1, createSeededRandom(width));
  const [seen, expected] = [await executable.infer(input), runReference(model, input)];
  const worst = seen.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected.data[i]!)), 0);
  return { shape: [...seen.shape], worst } satisfies EngineOutcome;
}

Object.assign(globalThis, { compareWithReference });
