/** Runs a plan on an instance of the kernels, on the calling thread. */

import type { TrainingExports } from "@tatami/kernels";
import type { Call, Plan, Region } from "./plan.ts";

/** A plan in memory. Views of its regions are good until the memory grows, which it does not once all plans are in. */
export interface LoadedPlan {
  readonly plan: Plan;
  /** Copies weights in, in the order of the plan's region, and has them laid out. */
  setWeights(weights: Float32Array): void;
  /** Runs on what the `inputs` region holds. The results lie in the `results` region. */
  run(): void;
  /** Writes the outputs from the results region. */
  finish(): void;
  region(of: Region): Float32Array;
  inputs(): Float32Array;
  results(): Float32Array;
}

/** Lays a plan into an instance's memory. */
export function loadPlan(run: TrainingExports, plan: Plan): LoadedPlan {
  const { memory } = run;
  const missing = plan.end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  for (const { address, words } of plan.image) {
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    new Uint8Array(memory.buffer).set(bytes, address);
  }
  const region = ({ start, layout }: Region): Float32Array =>
    new Float32Array(memory.buffer, start, layout.count);
  const [onWeights, onRun, onResults] = [plan.onWeights, plan.onRun, plan.onResults].map((calls) =>
    bind(run, calls),
  ) as [() => void, () => void, () => void];
  return {
    plan,
    region,
    inputs: () => region(plan.inputs),
    results: () => region(plan.results),
    setWeights(weights) {
      region(plan.weights).set(weights);
      onWeights();
    },
    run() {
      region(plan.results).fill(0);
      onRun();
    },
    finish: onResults,
  };
}

function bind(run: TrainingExports, calls: readonly Call[]): () => void {
  const bound = calls.map(({ kernel, args }) => ({
    call: run[kernel] as (...numbers: readonly number[]) => void,
    args,
  }));
  return () => {
    for (const { call, args } of bound) call(...args);
  };
}
