/** A loss over all examples of a batch at once, as one program: how the reference and onnxruntime run it. */

import { checkInteger, TatamiError } from "@tatami/core";
import type { FlatLayout, LossBuilder, Program, StepRunner, Tensor, TrainingLoss } from "@tatami/graph";
import { gradient, layOutFlat, splitAtBatch, tensor } from "@tatami/graph";

/** A program made ready on some engine, whose tensors are `T`. Dispose of it. */
export interface LoadedProgram<T> extends AsyncDisposable {
  /** Numbers of the caller's, looked at in every run. */
  wrap(value: Tensor): T;
  /** A copy of numbers, where the program is computed. */
  keep(value: Tensor): T;
  /**
   * What the program makes of the tensors bound to its parameters; others are passed over. A tensor that a run has made
   * is to be read before the next run begins, or bound to it: what is made then may be written over it.
   */
  run(bindings: Readonly<Record<string, T>>): Promise<Readonly<Record<string, T>>>;
  /** The numbers of a tensor, which may be bound again. */
  read(value: T): Promise<Float32Array>;
  free(value: T): void;
}

/** Makes a program ready. @throws TatamiError `invalid-model` for one that cannot be run */
export type LoadProgram<T> = (program: Program) => Promise<LoadedProgram<T>>;

/** A batch's loss, and where its numbers go. */
export interface WholeBatch {
  readonly loss: TrainingLoss;
  readonly weights: FlatLayout;
  readonly fixed: FlatLayout;
  /** The examples' tensors, all examples behind one another. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Views of them, one record for each example. */
  readonly examples: readonly Readonly<Record<string, Float32Array>>[];
}

/** Builds the loss over a batch. @throws TatamiError `invalid-model`, `invalid-option`. */
export function layOutBatch(build: LossBuilder, batch: number): WholeBatch {
  checkInteger("batch", batch, 1);
  // what is no loss is refused in the same words by every engine
  splitAtBatch(build(1));
  const loss = build(batch);
  const tensors = Object.fromEntries(loss.examples.map(({ arg }) => [arg.name, tensor(arg.shape)]));
  return {
    loss,
    weights: layOutFlat(loss.weights),
    fixed: layOutFlat(loss.fixed ?? []),
    tensors,
    examples: Array.from({ length: batch }, (_, at) =>
      Object.fromEntries(
        Object.entries(tensors).map(([name, { data }]) => {
          const count = data.length / batch;
          return [name, data.subarray(at * count, (at + 1) * count)];
        }),
      ),
    ),
  };
}

/** A loss and its gradient on an engine that runs programs. @throws TatamiError as `ProgramEngine.prepare` does. */
export async function prepareWhole<T>(
  load: LoadProgram<T>,
  name: string,
  build: LossBuilder,
  batch: number,
): Promise<StepRunner> {
  const { loss, weights, fixed, tensors, examples } = layOutBatch(build, batch);
  const gradients = gradient(loss.loss, loss.weights);
  const loaded = await load({
    name,
    outputs: {
      loss: loss.loss,
      ...loss.terms,
      ...Object.fromEntries(gradients.map((node, at) => [`∂${loss.weights[at]!.arg.name}`, node])),
    },
  });
  const bound = mapValues(tensors, (value) => loaded.wrap(value));
  const turns = takeTurns(name, () => loaded[Symbol.asyncDispose]());
  return {
    weights,
    fixed,
    examples,
    run: (values, fixedValues, into) =>
      turns.run(async () => {
        const given = { ...tensorsOf(weights, values), ...tensorsOf(fixed, fixedValues) };
        const results = await loaded.run({ ...bound, ...mapValues(given, (value) => loaded.wrap(value)) });
        const read = await readAll(loaded, results);
        for (const value of Object.values(results)) loaded.free(value);
        into.fill(0);
        for (const span of weights.spans) into.set(read[`∂${span.name}`]!, span.start);
        return { loss: read["loss"]![0]!, terms: mapValues(loss.terms ?? {}, (_, term) => read[term]![0]!) };
      }),
    [Symbol.asyncDispose]: () => turns[Symbol.asyncDispose](),
  };
}

/** The tensors of a flat vector, by name: views of it. */
export function tensorsOf(layout: FlatLayout, values: Float32Array): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(
    layout.spans.map(({ name, shape, start, count }) => [
      name,
      { shape, data: values.subarray(start, start + count) },
    ]),
  );
}

/** A record with other values under the same names. */
export function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A, name: string) => B,
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));
}

/** The numbers of several tensors, fetched together. */
export async function readAll<T>(
  loaded: LoadedProgram<T>,
  values: Readonly<Record<string, T>>,
): Promise<Readonly<Record<string, Float32Array>>> {
  const reading = Object.entries(values).map(
    async ([name, value]) => [name, await loaded.read(value)] as const,
  );
  return Object.fromEntries(await Promise.all(reading));
}

/** Lets one caller in at a time, and nobody after the end. Disposing of it waits for who is in. */
export interface Turns extends AsyncDisposable {
  /** @throws TatamiError `internal` for a caller too many or too late. */
  run<R>(work: () => Promise<R>): Promise<R>;
}

/** @param release done once, at the end. */
export function takeTurns(name: string, release: () => PromiseLike<void>): Turns {
  let inside: Promise<unknown> | undefined;
  let ended: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await Promise.allSettled([inside]);
    await release();
  };
  return {
    async run(work) {
      if (ended) throw misused(`${name} was used after it had been disposed of.`, "Prepare it again.");
      if (inside) {
        const fix = "Await each run before the next.";
        throw misused(`${name}: a batch was begun before the last one had ended.`, fix);
      }
      const working = work();
      inside = working;
      try {
        return await working;
      } finally {
        inside = undefined;
      }
    },
    [Symbol.asyncDispose]: () => (ended ??= end()),
  };
}

function misused(message: string, fix: string): TatamiError<"internal"> {
  return new TatamiError({ code: "internal", message, fix });
}
