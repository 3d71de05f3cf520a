/**
 * Starting a network from one that is trained already, whatever the two shapes: as SESR starts ×4 from ×2
 * (section 5.1), and deeper and wider networks from smaller ones as Net2Net grows them (arXiv 1511.05641).
 */

import { invalidOption } from "@tatami/core";
import type { TatamiError } from "@tatami/core";
import { expandToWide, initialWeights, networkOf, tensor, widen } from "@tatami/graph";
import type { NetworkName, Tensor, WeightSpec } from "@tatami/graph";
import type { NetworkShape, Recipe } from "../campaign/recipe.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import { createSuperResolution } from "../objective/super-resolution.ts";
import { blocksOf, keptBlocks, widthsOf } from "./describe-transfer.ts";

/** What a run may start from: a network and its weights that run, and those that learned where they are known. */
export interface StartWeights {
  readonly network: NetworkName;
  readonly architecture: NetworkShape;
  readonly weights: Tensors;
  readonly wide?: Tensors;
}

/** What a network is to be started as. */
type Wanted = Pick<Recipe, "network" | "architecture" | "side" | "crop" | "seed">;

/**
 * A start from a trained network of any other shape. The two compute the same function, to rounding, when the new one
 * has the same scale and at least as many blocks and features:
 *
 * - further blocks, spread evenly, begin as the identity: nothing beside their residual, and PReLU slopes of 1;
 * - further features begin at random and are read by nothing that is old;
 * - where wide weights learn, the kernel is factored anew, W = W1 · W2 + R: W1 = W − R in as many hidden channels as there
 *   are outputs and W2 the identity there; the other hidden channels begin at random with W2 = 0.
 *
 * Fewer blocks or features leave out some. At another scale the last block begins at random. (The published SESR
 * script means to start ×4 from ×2 but assigns to `set_weights` instead of calling it, so its ×4 networks are
 * trained from scratch.) Networks that are no SESR start from one of their own shape, or of another scale: what differs
 * then begins at random.
 *
 * @returns the weights that learn
 * @throws TatamiError `invalid-option` for another kind of network, or when a block has less room than outputs.
 */
export function transferWeights(from: StartWeights, wanted: Wanted): Tensors {
  const { network, architecture, side, crop, seed } = wanted;
  const folded = networkOf(network).weights(architecture);
  if (from.network !== network || (network !== "sesr" && !isShapedAs(from, architecture)))
    throw otherNetwork(from, wanted);
  const objective = createSuperResolution(networkOf(network), architecture, "wide", { crop });
  const begun = initialWeights(objective.specs, seed);
  const random = objective.fold(begun);
  const start =
    network === "sesr"
      ? growSesr(from, architecture, folded, random)
      : keepShapes(from.weights, folded, random);
  if (side === "folded") return start;
  // blocks that are as they were go on as they were
  const wide: Record<string, Tensor> = {};
  for (const spec of folded) {
    const parts = widen([spec]);
    const known = parts.map(({ name, shape }) => {
      const old = from.wide?.[name];
      return old?.shape.join() === shape.join() && isUnchanged(from, start, spec.name) ? old : undefined;
    });
    const made =
      known.includes(undefined) && spec.block ? expandToWide(spec, start[spec.name]!, seed) : undefined;
    parts.forEach(({ name }, at) => (wide[name] = made?.[name] ?? known[at] ?? start[name]!));
  }
  return wide;
}

/** The folded weights of a SESR of another size. @param random what a random start folds to */
function growSesr(
  from: StartWeights,
  architecture: NetworkShape,
  specs: readonly WeightSpec[],
  random: Tensors,
): Tensors {
  const kept = keptBlocks(blocksOf(from.architecture), blocksOf(architecture));
  const widths = widthsOf(architecture);
  return Object.fromEntries(
    specs.map((spec) => {
      const { name } = spec;
      const begun = random[name]!;
      if (name.startsWith("last.") && from.architecture.scale !== architecture.scale) return [name, begun];
      const [, number, part] = /^middle(\d+)\.(\w+)$/.exec(name) ?? [];
      if (number === undefined) return [name, overlay(begun, from.weights[name]!, spec)];
      const block = kept[Number(number)];
      if (block !== undefined) return [name, overlay(begun, from.weights[`middle${block}.${part}`]!, spec)];
      const [inputs, outputs] = widths.slice(Number(number)) as [number, number];
      return [name, identity(spec, begun, Math.min(inputs, outputs))];
    }),
  );
}

/** The old numbers where there are some. New outputs begin as they were begun; old outputs read nothing of new inputs. */
function overlay(begun: Tensor, old: Tensor, { shape }: WeightSpec): Tensor {
  const result = tensor(shape, begun.data.slice());
  const [outputs, inputs = 1, height = 1, width = 1] = shape as readonly [number, number?, number?, number?];
  const [oldOutputs, oldInputs = 1] = old.shape as readonly [number, number?];
  const taps = height * width;
  for (let output = 0; output < Math.min(outputs, oldOutputs); output++) {
    for (let input = 0; input < inputs; input++) {
      const known = input < oldInputs;
      for (let tap = 0; tap < taps; tap++) {
        const at = (output * inputs + input) * taps + tap;
        result.data[at] = known ? old.data[(output * oldInputs + input) * taps + tap]! : 0;
      }
    }
  }
  return result;
}

/** A new block: hands on its first `count` channels, slopes that change nothing; more outputs begin as they were begun. */
function identity({ name, shape }: WeightSpec, begun: Tensor, count: number): Tensor {
  const result = tensor(shape, begun.data.slice());
  const each = result.data.length / shape[0]!;
  result.data.fill(name.endsWith(".slopes") ? 1 : 0, 0, count * each);
  if (!name.endsWith(".kernel")) return result;
  const [, , height, width] = shape as readonly [number, number, number, number];
  const middle = (height * width - 1) / 2;
  for (let channel = 0; channel < count; channel++)
    result.data[channel * each + channel * height * width + middle] = 1;
  return result;
}

/** Whether a weight is what it was in the network that was there. */
function isUnchanged(from: StartWeights, start: Tensors, name: string): boolean {
  const [old, now] = [from.weights[name], start[name]!];
  return old?.shape.join() === now.shape.join() && now.data.every((value, i) => value === old.data[i]);
}

/** Whether a network has the shape that is wanted, but perhaps for its scale. */
function isShapedAs({ network, architecture, weights }: StartWeights, wanted: NetworkShape): boolean {
  const specs = networkOf(network).weights({ ...wanted, scale: architecture.scale });
  return specs.every(({ name, shape }) => weights[name]?.shape.join() === shape.join());
}

/** What is of the shape that is wanted, and what a random start has for the rest. */
function keepShapes(weights: Tensors, specs: readonly WeightSpec[], random: Tensors): Tensors {
  return Object.fromEntries(
    specs.map(({ name, shape }) => {
      const old = weights[name];
      return [name, old?.shape.join() === shape.join() ? old : random[name]!];
    }),
  );
}

function otherNetwork(from: StartWeights, { network }: Wanted): TatamiError<"invalid-option"> {
  return invalidOption(
    "from",
    `a network of the kind ${network}${network === "sesr" ? "" : " and of the same shape, whatever its scale"}`,
    `one of the kind ${from.network}`,
    "Start from a network of the same kind, or leave --from out.",
  );
}
