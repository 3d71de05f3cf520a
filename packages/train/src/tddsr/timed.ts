/**
 * A network that knows the time of a diffusion by its weights: every convolution's result is multiplied and shifted by numbers of
 * that time, which at any one time are a convolution again, borders included.
 */

import type { Node, WeightSpec } from "@tatami/graph";
import { add, multiply, parameter, reshape, runProgram } from "@tatami/graph";
import type { Tensors } from "../objective/super-resolution.ts";

/** A weight by its name. */
export type WeightOf = (name: string) => Node;

const isKernel = (name: string): boolean => name.endsWith(".kernel");

/** A network's weights, and what its convolutions are multiplied and shifted by at each time. */
export function timedSpecs(specs: readonly WeightSpec[], times: readonly number[]): readonly WeightSpec[] {
  const films = specs
    .filter(({ name }) => isKernel(name))
    .flatMap(({ name, shape }) =>
      times.flatMap((time): readonly WeightSpec[] => [
        { name: filmName(name, "gain", time), shape: [shape[0]!], begin: { kind: "constant", value: 1 } },
        { name: filmName(name, "shift", time), shape: [shape[0]!], begin: { kind: "constant", value: 0 } },
      ]),
    );
  return [...specs, ...films];
}

/** The network's weights at a time. @param weight those of {@link timedSpecs} */
export function weightsAt(specs: readonly WeightSpec[], weight: WeightOf, time: number): WeightOf {
  const made = new Map<string, Node>();
  const make = (name: string): Node => {
    const kernel = specs.find((spec) => spec.name === name.replace(/\.bias$/, ".kernel"));
    if (!kernel || !isKernel(kernel.name) || !/\.(kernel|bias)$/.test(name)) return weight(name);
    const gain = weight(filmName(kernel.name, "gain", time));
    if (!isKernel(name))
      return add(multiply(weight(name), gain), weight(filmName(kernel.name, "shift", time)));
    return multiply(weight(name), reshape(gain, [kernel.shape[0]!, 1, 1, 1]));
  };
  return (name) => {
    const known = made.get(name) ?? make(name);
    made.set(name, known);
    return known;
  };
}

/** The same on numbers: the plain network's weights. */
export function foldTime(specs: readonly WeightSpec[], tensors: Tensors, time: number): Tensors {
  const weight = (name: string): Node => parameter(`timed ${name}`, tensors[name]!.shape);
  const at = weightsAt(specs, memo(weight), time);
  const outputs = Object.fromEntries(specs.map(({ name }) => [name, at(name)]));
  const bindings = Object.fromEntries(
    Object.entries(tensors).map(([name, value]) => [`timed ${name}`, value]),
  );
  return { ...runProgram({ name: "fold", outputs }, bindings) };
}

function memo(make: WeightOf): WeightOf {
  const made = new Map<string, Node>();
  return (name) => {
    const node = made.get(name) ?? make(name);
    made.set(name, node);
    return node;
  };
}

function filmName(kernel: string, part: "gain" | "shift", time: number): string {
  return `${kernel.replace(/\.kernel$/, "")}.${part}${time}`;
}
