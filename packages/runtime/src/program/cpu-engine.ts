/** Training programs by the reference: slow, and the definition of right. */

import type { Program, ProgramEngine, Tensor } from "@tatami/graph";
import { runProgram } from "@tatami/graph";
import { prepareResident } from "./resident-step.ts";
import type { LoadedProgram } from "./whole-batch.ts";
import { prepareWhole } from "./whole-batch.ts";

/** Makes the reference engine. It runs every loss that the graph can describe, anywhere, on one thread. */
export function createCpuProgramEngine(): ProgramEngine {
  return {
    name: "cpu",
    description: "CPU reference, one thread",
    prepare: (name, build, batch) => prepareWhole(load, name, build, batch),
    prepareStep: (name, build, batch, options) => prepareResident(load, name, build, batch, options),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function load(program: Program): Promise<LoadedProgram<Tensor>> {
  return {
    wrap: (value) => value,
    keep: ({ shape, data }) => ({ shape, data: data.slice() }),
    run: async (bindings) => runProgram(program, bindings),
    read: async ({ data }) => data,
    free: () => {},
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
