/** An instance of the inference kernels on a shared memory. */

/** One thread's instance. */
export interface Inference {
  /**
   * Computes jobs until the counter says there are none left.
   *
   * @param plan address of a plan that no other thread uses meanwhile
   * @param jobs address of `count` jobs
   * @param next address of the counter all threads share, 0 at first; set to `count` it stops them all
   */
  takeJobs(plan: number, jobs: number, count: number, next: number): void;
}

/** Instantiates a module that `loadKernels("inference")` compiled. */
export function createInference(module: WebAssembly.Module, memory: WebAssembly.Memory): Inference {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Inference;
}
