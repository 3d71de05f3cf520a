/** Training programs on Tatami's own kernels: weights once a step, examples one by one on threads. */

import { checkInteger } from "@tatami/core";
import type { FlatLayout, LossBuilder, ProgramEngine, SplitLoss, StepRunner } from "@tatami/graph";
import { layOutFlat, splitAtBatch } from "@tatami/graph";
import type { KernelBuild } from "@tatami/kernels";
import { createTrainingKernels } from "@tatami/kernels";
import { compileProgram } from "./compile.ts";
import { loadTrainingKernels } from "./load-training-kernels.ts";
import type { Plan } from "./plan.ts";
import { openPlanThreads } from "./plan-threads.ts";
import type { LoadedPlan } from "./run-plan.ts";
import { loadPlan } from "./run-plan.ts";
import { createThreadPool } from "../threads/thread-pool.ts";
import { takeTurns } from "./whole-batch.ts";

/** How the engine is set up. */
export interface WasmProgramOptions {
  /** The calling one included; more than one need memory that can be shared. @defaultValue 1 */
  readonly threads?: number;
  /** @defaultValue relaxed SIMD where the engine has it */
  readonly build?: KernelBuild | undefined;
}

/** Makes the engine. @throws TatamiError `unsupported-environment` without WebAssembly SIMD. */
export async function createWasmProgramEngine(options: WasmProgramOptions = {}): Promise<ProgramEngine> {
  const { threads = 1 } = options;
  const kernels = await loadTrainingKernels(options.build);
  const open = new Set<StepRunner>();
  return {
    name: "wasm",
    description: `WebAssembly, ${kernels.build === "relaxed" ? "relaxed SIMD" : "SIMD"}, ${threads} thread${threads === 1 ? "" : "s"}`,
    async prepare(name, build, batch) {
      const runner = await prepareRunner(kernels.module, name, build, batch, threads, () =>
        open.delete(runner),
      );
      open.add(runner);
      return runner;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((runner) => runner[Symbol.asyncDispose]()));
    },
  };
}

async function prepareRunner(
  module: WebAssembly.Module,
  name: string,
  build: LossBuilder,
  batch: number,
  threads: number,
  onDispose: () => void,
): Promise<StepRunner> {
  checkInteger("batch", batch, 1);
  const loss = build(1);
  const split = splitAtBatch(loss);
  const [weights, fixed] = [layOutFlat(loss.weights), layOutFlat(loss.fixed ?? [])];
  const { run } = createTrainingKernels(module);
  const plans = compileSplit(split, run.heapBase());
  const each = loadPlan(run, plans.each);
  // both may hold nothing: weights that are convolved as they are need no fold
  const before = plans.before && loadPlan(run, plans.before);
  const after = plans.after && loadPlan(run, plans.after);
  const pool = threads > 1 ? await createThreadPool(threads - 1) : undefined;
  const batched = await openPlanThreads(module, each, { items: batch, pool, follow: true }).catch(
    async (error: unknown) => {
      await pool?.[Symbol.asyncDispose]();
      throw error;
    },
  );
  const toCut = joinSpans(plans.each.weights.layout);
  const inputs = plans.each.inputs.layout;
  const examples = Array.from({ length: batch }, (_, item) =>
    Object.fromEntries(
      inputs.spans.map((span) => {
        const start = item * inputs.count + span.start;
        return [span.name, batched.inputs.subarray(start, start + span.count)];
      }),
    ),
  );
  const terms = Object.keys(loss.terms ?? {});
  const fold = (given: readonly Given[]): void => {
    const known = before ? [...given, runFlat(before, given)] : given;
    toCut(known, batched.weights);
  };
  const unfold = (given: readonly Given[], gradient: Float32Array): void => {
    const cut: Given = { layout: plans.each.outputs.layout, values: each.region(plans.each.outputs) };
    const sources = after ? [cut, runFlat(after, [...given, cut])] : [cut];
    // weights that are a cut value themselves have its gradient
    for (const span of weights.spans) {
      const target = gradient.subarray(span.start, span.start + span.count);
      const source = findSpan(sources, `∂${span.name}`);
      if (source) target.set(source);
      else target.fill(0);
    }
  };
  const turns = takeTurns(name, async () => {
    onDispose();
    batched[Symbol.dispose]();
    await pool?.[Symbol.asyncDispose]();
  });
  return {
    weights,
    fixed,
    examples,
    run: (values, fixedValues, gradient) =>
      turns.run(async () => {
        const given = [
          { layout: weights, values },
          { layout: fixed, values: fixedValues },
        ];
        fold(given);
        batched.compute(batch);
        addUp(batched.results, each.results(), 1 / batch);
        each.finish();
        unfold(given, gradient);
        const outputs: Given = { layout: plans.each.outputs.layout, values: each.region(plans.each.outputs) };
        return {
          loss: findSpan([outputs], "loss")![0]!,
          terms: Object.fromEntries(terms.map((term) => [term, findSpan([outputs], term)![0]!])),
        };
      }),
    [Symbol.asyncDispose]: () => turns[Symbol.asyncDispose](),
  };
}

/** Floats that are added up at a time: they stay in the cache for as long as all items are added to them. */
const chunkFloats = 8192;

/** Items are added in their order, so the sum is the same whoever computed them. */
function addUp(items: Float32Array, target: Float32Array, factor: number): void {
  const { length } = target;
  for (let chunk = 0; chunk < length; chunk += chunkFloats) {
    const end = Math.min(chunk + chunkFloats, length);
    target.fill(0, chunk, end);
    for (let start = 0; start < items.length; start += length) {
      for (let i = chunk; i < end; i++) target[i]! += items[start + i]!;
    }
    for (let i = chunk; i < end; i++) target[i]! *= factor;
  }
}

/** A vector and where its tensors lie. */
interface Given {
  readonly layout: FlatLayout;
  readonly values: Float32Array;
}

function compileSplit(split: SplitLoss, heap: number) {
  const each = compileProgram(split.each, { base: heap, weights: split.cut.map((cut) => cut.name) });
  const some = (program: SplitLoss["before"], base: number): Plan | undefined =>
    Object.keys(program.outputs).length === 0 ? undefined : compileProgram(program, { base });
  const before = some(split.before, each.end);
  const after = some(split.after, before?.end ?? each.end);
  return { each, before, after };
}

/** Runs a program of weights alone on tensors that are found by name. */
function runFlat(loaded: LoadedPlan, given: readonly Given[]): Given {
  const { inputs, outputs } = loaded.plan;
  joinSpans(inputs.layout)(given, loaded.region(inputs));
  loaded.run();
  loaded.finish();
  return { layout: outputs.layout, values: loaded.region(outputs) };
}

/** A copier of named tensors into a vector of this layout. */
function joinSpans(layout: FlatLayout): (given: readonly Given[], target: Float32Array) => void {
  return (given, target) => {
    for (const span of layout.spans) {
      const source = findSpan(given, span.name);
      if (source) target.set(source, span.start);
    }
  };
}

function findSpan(given: readonly Given[], name: string): Float32Array | undefined {
  for (const { layout, values } of given) {
    const span = layout.spans.find((each) => each.name === name);
    if (span) return values.subarray(span.start, span.start + span.count);
  }
  return undefined;
}
