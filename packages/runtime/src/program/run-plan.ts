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

/** A helper's whole program: takes part in every batch until it is told to stop. Its names are those of `PlanMemory`. */
export const helperSource = `
self.onmessage = ({ data }) => {
  if (data.probe) { ready.then(() => postMessage(0)); return; }
  try {
    const { module, plan, memory } = data.job;
    const run = new WebAssembly.Instance(module).exports;
    const missing = plan.end - run.memory.buffer.byteLength;
    if (missing > 0) run.memory.grow(Math.ceil(missing / 65536));
    const bytes = new Uint8Array(run.memory.buffer);
    for (const { address, words } of plan.image)
      bytes.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), address);
    const bind = (calls) => calls.map(({ kernel, args }) => ({ call: run[kernel], args }));
    const region = ({ start, layout }) => new Float32Array(run.memory.buffer, start, layout.count);
    const [onWeights, onRun] = [bind(plan.onWeights), bind(plan.onRun)];
    const [weights, inputs, results] = [region(plan.weights), region(plan.inputs), region(plan.results)];
    const control = new Int32Array(memory.control);
    const shared = {
      weights: new Float32Array(memory.weights),
      inputs: new Float32Array(memory.inputs),
      results: new Float32Array(memory.results),
    };
    let [loaded, step] = [0, 0];
    postMessage(0);
    for (;;) {
      Atomics.wait(control, 0, step);
      if (Atomics.load(control, 3) === 1) break;
      step = Atomics.load(control, 0);
      for (;;) {
        const item = Atomics.add(control, 1, 1);
        if (item >= Atomics.load(control, 4)) break;
        // asked for each item: a slow thread may come back from its last item when the next step has begun
        const now = Atomics.load(control, 0);
        if (now !== loaded) {
          weights.set(shared.weights);
          for (const { call, args } of onWeights) call(...args);
        }
        loaded = now;
        inputs.set(shared.inputs.subarray(item * inputs.length, (item + 1) * inputs.length));
        results.fill(0);
        for (const { call, args } of onRun) call(...args);
        shared.results.set(results, item * results.length);
        Atomics.add(control, 2, 1);
        Atomics.notify(control, 2);
      }
    }
  } catch (error) {
    postMessage(String(error));
  }
};
`;
