/** The CPU reference as an engine: slow, and the definition of right. */

import type { Backend, Executable, Model } from "@tatami/graph";
import { runReference } from "@tatami/graph";
import { runJobs } from "../run-jobs.ts";

/** Makes the reference backend. It runs every model the graph can describe, anywhere. */
export function createCpuBackend(): Backend {
  return {
    name: "cpu",
    description: "CPU reference, one thread",
    lost: new Promise(() => {}),
    prepare: (model, shape) => Promise.resolve(executable(model, shape)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function executable(model: Model, shape: Executable["shape"]): Executable {
  const prepared: Executable = {
    shape,
    infer: async (input) => runReference(model, input),
    run: (jobs, signal) => runJobs(prepared, jobs, signal),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return prepared;
}
