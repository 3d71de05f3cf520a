/** Linear blocks while they train: a kernel as the product of two, and the way back. arXiv 2103.09404, section 3. */

import { invalidOption } from "@tatami/core";
import { add, constant } from "../build.ts";
import { matrixMultiply, parameter, reshape } from "../build-training.ts";
import { addIdentityTap } from "../collapse/absorb-residual.ts";
import { invalidModel } from "../invalid-model.ts";
import type { Node } from "../node.ts";
import { runProgram } from "../reference.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { elementCount, tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { beginWeight } from "./network.ts";
import type { LinearBlock, WeightSpec } from "./network.ts";

/**
 * The weights to train: `X.expand` `[p, i, k, k]` and `X.project` `[o, p]` in the place of every `X.kernel` that is a
 * linear block, the others as they are. The start's gain is the projection's.
 */
export function widen(specs: readonly WeightSpec[]): readonly WeightSpec[] {
  return specs.flatMap((spec) => {
    if (!spec.block) return [spec];
    const { expand, project, width } = partsOf(spec, spec.block);
    const [outputs, ...rest] = spec.shape as [number, ...number[]];
    return [
      { name: expand, shape: [width, ...rest], begin: { kind: "uniform" } },
      { name: project, shape: [outputs, width], begin: spec.begin },
    ] satisfies readonly WeightSpec[];
  });
}

/**
 * A weight as a network is built with it: of a linear block project · expand, with 1 added to the middle tap of every
 * channel where the block has its residual; any other as it is.
 *
 * @param parameterOf the weights that {@link widen} lists, by name.
 */
export function wideWeight(spec: WeightSpec, parameterOf: (name: string) => Node): Node {
  if (!spec.block) return parameterOf(spec.name);
  const { expand, project, width } = partsOf(spec, spec.block);
  const [outputs, ...rest] = spec.shape as [number, ...number[]];
  const rows = reshape(parameterOf(expand), [width, elementCount(rest)]);
  const kernel = reshape(matrixMultiply(parameterOf(project), rows), spec.shape);
  return spec.block.residual ? add(kernel, constant(addIdentityTap(tensor([outputs, ...rest])))) : kernel;
}

/** A network's weights as parameters. */
export interface WeightParameters {
  readonly parameters: readonly Node<"parameter">[];
  /** What a network is built with. The same node every time. @throws TatamiError `invalid-model` for an unknown name */
  weight(name: string): Node;
}

/**
 * Parameters for a network's weights.
 *
 * @param options `wide`: linear blocks as their two factors, else as kernels; `prefix`: before every parameter's
 * name, where several networks are in one loss.
 */
export function weightParameters(
  specs: readonly WeightSpec[],
  options: { readonly wide?: boolean; readonly prefix?: string } = {},
): WeightParameters {
  const { wide = false, prefix = "" } = options;
  const made = new Map(
    (wide ? widen(specs) : specs).map(({ name, shape }) => [name, parameter(`${prefix}${name}`, shape)]),
  );
  const find = (name: string): Node => made.get(name) ?? unknownWeight(name);
  const nodes = new Map(specs.map((spec) => [spec.name, wide ? wideWeight(spec, find) : find(spec.name)]));
  return { parameters: [...made.values()], weight: (name) => nodes.get(name) ?? unknownWeight(name) };
}

/** The weights as the network runs, from those that were trained wide: the fold, on numbers. */
export function foldWide(
  specs: readonly WeightSpec[],
  tensors: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> {
  const { weight } = weightParameters(specs, { wide: true, prefix: "wide " });
  const outputs = Object.fromEntries(specs.map(({ name }) => [name, weight(name)]));
  const bindings = Object.fromEntries(
    Object.entries(tensors).map(([name, value]) => [`wide ${name}`, value]),
  );
  return { ...runProgram({ name: "fold", outputs }, bindings) };
}

/**
 * Factors of a linear block whose fold is this kernel, to the rounding of its identity taps: as many hidden channels
 * as there are outputs hold the kernel and hand it on; the others begin at random and are projected by zeros, whose
 * gradient is not zero, so they join in from the first step.
 *
 * @throws TatamiError `invalid-option` when the block's width has no room for its outputs; `invalid-model` for a
 * weight that is no linear block.
 */
export function expandToWide(spec: WeightSpec, kernel: Tensor, seed: number): Record<string, Tensor> {
  if (!spec.block) {
    throw invalidModel(
      `The weight "${spec.name}" is no linear block.`,
      "Expand only the weights of a network that have a block.",
      { weight: spec.name },
    );
  }
  const { expand, project, width } = partsOf(spec, spec.block);
  const outputs = spec.shape[0]!;
  if (width < outputs)
    throw invalidOption("shape.width", `at least ${outputs}, the outputs of a block`, width);
  const [wide, narrow] = widen([spec]) as [WeightSpec, WeightSpec];
  const rows = beginWeight(wide, createSeededRandom(seed));
  rows.data.set(spec.block.residual ? addIdentityTap(kernel, -1).data : kernel.data);
  const picked = tensor(narrow.shape);
  for (let output = 0; output < outputs; output++) picked.data[output * (width + 1)] = 1;
  return { [expand]: rows, [project]: picked };
}

function partsOf(
  { name }: WeightSpec,
  { width }: LinearBlock,
): { readonly expand: string; readonly project: string; readonly width: number } {
  const stem = name.replace(/\.kernel$/, "");
  return { expand: `${stem}.expand`, project: `${stem}.project`, width };
}

function unknownWeight(name: string): never {
  throw invalidModel(
    `There is no weight "${name}".`,
    "Ask for the weights that the network's own list names.",
    { weight: name },
  );
}
