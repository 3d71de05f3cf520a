/** One instance of the training kernels, with a memory of its own. */

import type { TrainingExports } from "./exports.ts";

/** Floats inside the kernels' memory. */
export interface Block {
  /** Address in bytes, a multiple of 64. */
  readonly address: number;
  readonly count: number;
  /** The floats themselves. Ask again after any allocation: growing the memory detaches old views. */
  floats(): Float32Array;
}

/** Kernels and their memory, freed together. */
export interface TrainingKernels {
  readonly run: TrainingExports;
  /** Floats set to zero. */
  allocate(count: number): Block;
  /** 32-bit integers written once: the description of a plane. Returns their address. */
  describe(fields: readonly number[]): number;
}

/** Instantiates a module that `loadKernels("training")` compiled. */
export function createTrainingKernels(module: WebAssembly.Module): TrainingKernels {
  const run = new WebAssembly.Instance(module).exports as unknown as TrainingExports;
  let top = align(run.heapBase());
  const take = (bytes: number): number => {
    const address = top;
    top = align(address + bytes);
    const missing = top - run.memory.buffer.byteLength;
    if (missing > 0) run.memory.grow(Math.ceil(missing / 65536));
    return address;
  };
  return {
    run,
    allocate(count) {
      const address = take(count * 4);
      return { address, count, floats: () => new Float32Array(run.memory.buffer, address, count) };
    },
    describe(fields) {
      const address = take(fields.length * 4);
      new Int32Array(run.memory.buffer, address, fields.length).set(fields);
      return address;
    },
  };
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
