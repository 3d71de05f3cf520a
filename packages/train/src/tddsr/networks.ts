/** The networks of a co-learning, each with its weights under names of its own. */

import type { Node, RestorerShape, WeightSpec } from "@tatami/graph";
import {
  checkDegrader,
  constant,
  conv2d,
  degraderWeights,
  enlargeBicubic,
  enlargeBySesr,
  enlargerPrefix,
  networkOf,
  parameter,
  restorer,
  spectralNorm,
  subtract,
  tensor,
  times,
} from "@tatami/graph";
import type { NetworkShape } from "../campaign/recipe.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import { layOutSpecs, unflatten } from "../run/task.ts";
import { last } from "./diffusion.ts";
import { foldTime, timedSpecs, weightsAt } from "./timed.ts";
import type { WeightOf } from "./timed.ts";

/** Times that each restorer knows: the teacher every one, the one-step restorer the last, and 0 for the way forward. */
const teacherTimes = Array.from({ length: last }, (_, at) => at + 1);
const upsamplerTimes = [0, last];

const critic = networkOf("critic");
const sesr = networkOf("sesr");

/** Who plays what enlarges before a restorer sees a picture: it stands still in every stage. */
export const enlargerPlayer = "enlarger";

/** One network's weights, under a prefix. */
export interface NamedNetwork {
  readonly prefix: string;
  readonly specs: readonly WeightSpec[];
  /** As parameters: those that learn or stand still in a loss. */
  parameters(): { readonly nodes: readonly Node<"parameter">[]; readonly weight: WeightOf };
  /** The same as numbers. @param tensors by their names in a program */
  constants(tensors: Tensors): WeightOf;
}

/** The four that learn together; the teacher stands still then, and the enlarger always. */
export interface TddsrNetworks {
  readonly teacher: NamedNetwork;
  readonly upsampler: NamedNetwork;
  readonly degrader: NamedNetwork;
  readonly lowCritic: NamedNetwork;
  readonly highCritic: NamedNetwork;
  /** No weights where the bicubic filter enlarges. */
  readonly enlarger: NamedNetwork;
  /** Of a restorer, at a time. */
  at(weight: WeightOf): (time: number) => WeightOf;
  /** What restorers begin with: small pictures enlarged, `[n, 4, h, w]`. @param weight the enlarger's */
  enlargeBy(weight: WeightOf): (small: Node) => Node;
}

/** Makes them. */
export function createTddsrNetworks(shape: RestorerShape): TddsrNetworks {
  const plain = ownWeights(shape);
  const { enlarger } = shape;
  const criticSpecs = critic.weights(critic.check({ features: 16 }));
  return {
    teacher: named("", timedSpecs(plain, teacherTimes)),
    upsampler: named("", timedSpecs(plain, upsamplerTimes)),
    degrader: named("degrader ", degraderWeights(checkDegrader({}))),
    lowCritic: named("low critic ", criticSpecs),
    highCritic: named("high critic ", criticSpecs),
    enlarger: named(enlargerPrefix, enlarger ? sesr.weights(enlarger) : []),
    at: (weight) => (time) => weightsAt(plain, weight, time),
    enlargeBy(weight) {
      const made = new Map<Node, Node>();
      return (small) => {
        const known =
          made.get(small) ?? (enlarger ? enlargeBySesr(enlarger, weight, small) : enlargeBicubic(small));
        made.set(small, known);
        return known;
      };
    },
  };
}

/** A restorer's weights that learn. */
export function ownWeights({ base, scale }: RestorerShape): readonly WeightSpec[] {
  return restorer.weights({ base, scale });
}

/**
 * A restorer's weights at the last time, whatever times it knows: what one step of it runs by.
 *
 * @param enlarger its enlarger's weights, where it has one
 */
export function foldRestorer(
  architecture: NetworkShape,
  vector: Float32Array,
  enlarger?: Float32Array,
): Tensors {
  const shape = restorer.check(architecture);
  const plain = ownWeights(shape);
  const networks = createTddsrNetworks(shape);
  const { teacher, upsampler } = networks;
  const layouts = [teacher, upsampler].map(({ specs }) => layOutSpecs(specs));
  const layout = layouts.find(({ count }) => count === vector.length) ?? layOutSpecs(plain);
  const tensors = unflatten(layout, vector);
  return {
    ...(layouts.includes(layout) ? foldTime(plain, tensors, last) : tensors),
    ...(enlarger && unflatten(layOutSpecs(networks.enlarger.specs), enlarger)),
  };
}

/** A network's constant weights, by its own names. */
export function constantsOf(tensors: Tensors): WeightOf {
  const made = new Map(Object.entries(tensors).map(([name, value]) => [name, constant(value)]));
  return (name) => made.get(name)!;
}

/** Detail is some hundredths of 0..1, which a critic that makes nothing larger could not tell by the 2 of a hinge's margins. */
const detailGain = 16;

/**
 * What a critic thinks of each part of a picture `[n, 1, h, w]`: of what it has besides its mean over 5×5, so that colours and
 * light say nothing. Its kernels are of spectral norm 1 (arXiv 1802.05957).
 */
export function judge(weight: WeightOf, picture: Node): Node {
  const box = tensor([1, 1, 5, 5], new Float32Array(25).fill(1 / 25));
  const detail = times(subtract(picture, conv2d(picture, box)), detailGain);
  const normed = (name: string): Node => {
    const node = weight(name);
    if (!name.endsWith(".kernel")) return node;
    const outputs = widthOf(name);
    const begin = tensor(
      [outputs],
      Float32Array.from({ length: outputs }, (_, at) => Math.cos(at)),
    );
    return spectralNorm(node, constant(begin), 2).weight;
  };
  return critic.build(critic.check({ features: 16 }), normed, detail).output;
}

function widthOf(name: string): number {
  return critic.weights(critic.check({ features: 16 })).find((spec) => spec.name === name)!.shape[0]!;
}

/** In a program every parameter has one name: each network's have its prefix before them. */
function named(prefix: string, own: readonly WeightSpec[]): NamedNetwork {
  const specs = own.map((spec) => ({ ...spec, name: `${prefix}${spec.name}` }));
  return {
    prefix,
    specs,
    parameters() {
      const made = new Map(specs.map(({ name, shape }) => [name, parameter(name, shape)]));
      return { nodes: [...made.values()], weight: (name) => made.get(`${prefix}${name}`)! };
    },
    constants(tensors) {
      const weight = constantsOf(tensors);
      return (name) => weight(`${prefix}${name}`);
    },
  };
}
