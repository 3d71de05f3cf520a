/** The objective that networks enlarge pictures for: how far clipped luma is from the truth. */

import type { BuiltNetwork, LossBuilder, Network, Node, Tensor, WeightSpec } from "@tatami/graph";
import {
  add,
  clip,
  constant,
  foldWide,
  isOp,
  parameter,
  spaceToDepth,
  subtract,
  tensor,
  times,
  weightParameters,
  widen,
} from "@tatami/graph";
import type { Side } from "../campaign/recipe.ts";
import type { LossName } from "./terms.ts";
import { lossOf } from "./terms.ts";

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** What is learned, and how well it does. */
export interface NetworkObjective {
  /** The weights that learn: the network's, then those that help it learn. */
  readonly specs: readonly WeightSpec[];
  /** Examples are `low` `[n, 1, crop, crop]` and `high` `[n, 1, scale · crop, scale · crop]`, Y′/255, and whatever else is looked at. */
  readonly build: LossBuilder;
  /** The same with what helps it learn; none where nothing does. */
  readonly extended: readonly LossBuilder[];
  /** The same as `build` of a mixture with another network of its shape, whose folded weights stand still. @param part its own */
  mixedWith(other: Tensors, part: number): LossBuilder;
  /** The weights that run, from those that learn: what only helped is left out. */
  fold(weights: Tensors): Tensors;
}

/** What a network is held against: with `lesson`, a teacher's enlargements beside the pictures, which then count `truth`. */
export interface Targets {
  readonly truth: number;
  readonly lesson: boolean;
}

/** Other losses over the same network, with weights of their own that are gone afterwards. */
export interface LossExtension {
  readonly specs: readonly WeightSpec[];
  readonly variants: readonly ((scene: LossScene) => ExtraLoss)[];
}

/** What an extension sees. */
export interface LossScene {
  readonly examples: number;
  readonly low: Node;
  readonly built: BuiltNetwork;
  /** The extension's own weights. */
  weight(name: string): Node;
}

/** What it adds. */
export interface ExtraLoss {
  readonly loss: Node;
  readonly terms: Readonly<Record<string, Node>>;
  /** What examples hold for it. */
  readonly examples: readonly Node<"parameter">[];
}

/** How {@link createSuperResolution} sees crops. */
export interface SuperResolutionOptions {
  /** Of a crop, in low-resolution pixels. */
  readonly crop: number;
  /** @defaultValue "l1" */
  readonly loss?: LossName;
  /** @defaultValue one target, `high`, whatever that is */
  readonly targets?: Targets;
  /** @defaultValue none */
  readonly extension?: LossExtension;
}

/**
 * The loss of a network over square crops: of clip(output, 0, 1) − truth, as SESR trains (section 4, its code).
 */
export function createSuperResolution<S>(
  network: Network<S>,
  shape: S,
  side: Side,
  { crop, loss: lossName = "l1", targets = { truth: 1, lesson: false }, extension }: SuperResolutionOptions,
): NetworkObjective {
  const folded = network.weights(shape);
  const wide = side === "wide";
  const scale = network.scaleOf(shape);
  const helping = extension?.specs ?? [];
  const loss =
    (see: (name: string, weight: Node) => Node, extra?: (scene: LossScene) => ExtraLoss): LossBuilder =>
    (examples) => {
      const { parameters, weight } = weightParameters(folded, { wide });
      const own = weightParameters(helping);
      const low = parameter("low", [examples, 1, crop, crop]);
      const built = network.build(shape, (name) => see(name, weight(name)), low);
      const far = (truth: Node): Node => lossOf[lossName](difference(built.output, truth));
      const held = heldAgainst(far, targets, [examples, 1, crop * scale, crop * scale]);
      const added = extra?.({ examples, low, built, weight: own.weight });
      return {
        loss: added ? add(held.loss, added.loss) : held.loss,
        terms: { ...held.terms, ...added?.terms },
        weights: [...parameters, ...own.parameters],
        examples: [low, ...held.examples, ...(added?.examples ?? [])],
      };
    };
  const same = (_: string, weight: Node): Node => weight;
  return {
    specs: [...(wide ? widen(folded) : folded), ...helping],
    build: loss(same),
    extended: extension?.variants.map((variant) => loss(same, variant)) ?? [],
    mixedWith: (other, part) => loss((name, weight) => mixed(weight, other[name]!, part)),
    fold: (weights) => {
      if (wide) return foldWide(folded, weights);
      return Object.fromEntries(folded.map(({ name }) => [name, weights[name]!]));
    },
  };
}

/** Terms have names only where there are several. */
function heldAgainst(
  far: (truth: Node) => Node,
  { truth, lesson }: Targets,
  shape: readonly number[],
): ExtraLoss {
  const high = parameter("high", shape);
  if (!lesson) return { loss: far(high), terms: {}, examples: [high] };
  const taught = parameter("lesson", shape);
  const learned = far(taught);
  if (truth === 0) return { loss: learned, terms: {}, examples: [taught] };
  const seen = far(high);
  const terms = { pictures: seen, outputs: learned };
  return { loss: add(times(seen, truth), learned), terms, examples: [high, taught] };
}

function mixed(weight: Node, { shape, data }: Tensor, part: number): Node {
  const rest = data.map((value) => (1 - part) * value);
  return add(times(weight, part), constant(tensor(shape, rest)));
}

/**
 * clip(output) − truth, of which an enlargement is clipped too; sub-pixels are compared where they are channels, which
 * moves none of them.
 */
function difference(output: Node, truth: Node): Node {
  if (!isOp(output, "depthToSpace")) return subtract(clip(output, 0, 1), clipped(truth));
  const { block } = output.arg;
  const apart =
    isOp(truth, "depthToSpace") && truth.arg.block === block ? truth.sources[0]! : spaceToDepth(truth, block);
  return subtract(clip(output.sources[0]!, 0, 1), clipped(apart, truth));
}

/** Pictures are within 0..1 as they are. */
function clipped(node: Node, of: Node = node): Node {
  return isOp(of, "parameter") ? node : clip(node, 0, 1);
}
