/** Whole training steps whose state stays where it is computed. */

import { TatamiError } from "@tatami/core";
import type {
  LossBuilder,
  Program,
  ResidentRunner,
  StepResult,
  StepState,
  Tensor,
  TrainingStepOptions,
} from "@tatami/graph";
import { concat, createTrainingStep, reshape, tensor } from "@tatami/graph";
import type { LoadProgram, WholeBatch } from "./whole-batch.ts";
import { layOutBatch, mapValues, readAll, takeTurns, tensorsOf } from "./whole-batch.ts";

/** The output that holds the loss, the gradient's norm and the terms: one tensor, so that one read fetches them. */
const results = "results";

/** Whole steps on an engine that runs programs. @throws TatamiError as `ProgramEngine.prepareStep` does. */
export async function prepareResident<T>(
  load: LoadProgram<T>,
  name: string,
  build: LossBuilder,
  batch: number,
  options: TrainingStepOptions = {},
): Promise<ResidentRunner> {
  const whole = layOutBatch(build, batch);
  const { weights, fixed, examples } = whole;
  const { program, state, terms } = describeStep(name, whole, options);
  const loaded = await load(program);
  const bound = mapValues(whole.tensors, (value) => loaded.wrap(value));
  let still: Readonly<Record<string, T>> | undefined = fixed.count === 0 ? {} : undefined;
  let held: Readonly<Record<string, T>> | undefined;
  const turns = takeTurns(name, () => loaded[Symbol.asyncDispose]());
  const replace = (next: Readonly<Record<string, T>>): void => {
    for (const value of Object.values(held ?? {})) loaded.free(value);
    held = next;
  };
  const read = async (value: T): Promise<StepResult> => {
    const [loss, gradientNorm, ...others] = await loaded.read(value);
    loaded.free(value);
    const named = Object.fromEntries(terms.map((term, at) => [term, others[at]!]));
    return { loss: loss!, gradientNorm: gradientNorm!, terms: named };
  };
  const begin: ResidentRunner["begin"] = (numbers) =>
    turns.run(async () => {
      if (!held || !still) throw notBegun(name, held ? "setFixed" : "load");
      const told = mapValues({ ...numbers }, (value: number) =>
        loaded.wrap(tensor([1], Float32Array.of(value))),
      );
      const made = await loaded.run({ ...bound, ...still, ...held, ...told });
      replace(Object.fromEntries(state.map(({ input, output }) => [input, made[output]!])));
      const result = read(made[results]!);
      // whoever does not look at it does not see its error either
      result.catch(() => {});
      return { result };
    });
  return {
    weights,
    fixed,
    state,
    examples,
    load: (given) =>
      turns.run(async () => replace(mapValues(beginning(state, given), (value) => loaded.keep(value)))),
    save: () =>
      turns.run(async () => {
        if (!held) throw notBegun(name, "load");
        return mapValues(await readAll(loaded, held), (values) => values.slice());
      }),
    setFixed: (values) =>
      turns.run(async () => {
        for (const value of Object.values(still ?? {})) loaded.free(value);
        still = mapValues(tensorsOf(fixed, values), (value) => loaded.keep(value));
      }),
    begin,
    step: async (numbers) => (await begin(numbers)).result,
    [Symbol.asyncDispose]: () => turns[Symbol.asyncDispose](),
  };
}

interface DescribedStep {
  readonly program: Program;
  readonly state: readonly StepState[];
  /** Names, in the order of the results. */
  readonly terms: readonly string[];
}

function describeStep(name: string, { loss }: WholeBatch, options: TrainingStepOptions): DescribedStep {
  const step = createTrainingStep(name, loss.loss, loss.weights, options);
  const terms = Object.entries(loss.terms ?? {});
  const numbers = [step.outputs["loss"]!, step.outputs["gradientNorm"]!, ...terms.map(([, node]) => node)];
  const outputs = {
    [results]: concat(
      numbers.map((node) => reshape(node, [1])),
      0,
    ),
    ...Object.fromEntries(step.state.map(({ output }) => [output, step.outputs[output]!])),
  };
  return { program: { name, outputs }, state: step.state, terms: terms.map(([term]) => term) };
}

/** The state to begin with. */
function beginning(
  state: readonly StepState[],
  given: Readonly<Record<string, Float32Array>>,
): Readonly<Record<string, Tensor>> {
  return Object.fromEntries(
    state.map(({ input, shape, kind }) => {
      const values = given[kind === "average" && !given[input] ? input.slice(0, -"/average".length) : input];
      if (!values && kind === "weights")
        throw wrongState(`There are no weights "${input}" among what was loaded.`, input);
      const begun = tensor(shape);
      if (values && values.length !== begun.data.length)
        throw wrongState(`"${input}" has ${begun.data.length} numbers, not ${values.length}.`, input);
      if (values) begun.data.set(values);
      return [input, begun];
    }),
  );
}

function wrongState(message: string, name: string): TatamiError<"invalid-model"> {
  return new TatamiError({
    code: "invalid-model",
    message,
    fix: "Load what a step of the same loss has saved, or weights of its shapes.",
    detail: { name },
  });
}

function notBegun(name: string, missing: string): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `${name}: a step was to be done before ${missing}() had been called.`,
    fix: `Call ${missing}() first.`,
  });
}
