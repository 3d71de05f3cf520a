/**
 * What each network of TDDSR-mini learns by, in the style of TDDSR (arXiv 2410.07663), whose loss weights no public text has:
 * these are ours. Examples are of Y′/255: `low`, `high` crops of pictures; `camera`, `seen` crops degraded by the camera track
 * and their truth; `real` small crops of a camera's own pictures, `realHalf` those at half their size.
 */

import type { LossBuilder, Node, TrainingLoss } from "@tatami/graph";
import { absolute, add, clip, mean, parameter, subtract, times } from "@tatami/graph";
import type { Tensors } from "../objective/super-resolution.ts";
import { distance, squares, sumOf } from "../objective/terms.ts";
import { diffuse, last, lastState, predict, walkBack } from "./diffusion.ts";
import type { NamedNetwork, TddsrNetworks } from "./networks.ts";
import { constantsOf, judge } from "./networks.ts";
import type { Crops, Scene } from "./scene.ts";
import { cameraCrops, createScene } from "./scene.ts";
import { hinge, slopesOf, smooth, weighed, whole } from "./terms.ts";
import type { WeightOf } from "./timed.ts";

/** What parts of the co-learning count for; 0 leaves one out. */
export interface CoLearningWeights {
  /** Pictures by the camera track against their truth: what the upsampler knew of every other camera. */
  readonly track: number;
  readonly lowCritic: number;
  readonly highCritic: number;
  readonly cycle: number;
  readonly distil: number;
  readonly anchor: number;
}

/** What they count for unless a recipe says otherwise. */
export const usualWeights: CoLearningWeights = {
  track: 1,
  lowCritic: 0.05,
  highCritic: 0.005,
  cycle: 1,
  distil: 1,
  anchor: 1,
};

/** Of the degrader: keeping the picture, and being different each time, up to so many levels of 0..1. */
const [structure, diversity, diverseEnough] = [10, 0.1, 0.02];

/**
 * What squares of distances from the teacher count for. Not absolute ones, as the truth's are: of two of those any picture
 * between the two is as good as another, and nothing draws a pupil on from where it begins.
 */
const squaresCount = 10;

/** Stage A: the teacher predicts the truth from any time; a loss for each. @param crop side in small pixels */
export function teacherLosses(networks: TddsrNetworks, crop: number): readonly LossBuilder[] {
  const { teacher, enlarger, at } = networks;
  return Array.from({ length: last }, (_, before) => (examples: number): TrainingLoss => {
    const time = before + 1;
    const { nodes, weight } = teacher.parameters();
    const still = enlarger.parameters();
    const crops = cameraCrops(examples, crop, networks.enlargeBy(still.weight));
    const noise = parameter("noise", [examples, 4, crop, crop]);
    const state = diffuse(crops.truth, crops.large, noise, time);
    const made = predict(at(weight), state, time, crops.large, crops.small);
    const seen = distance(made, crops.truth);
    const edges = distance(slopesOf(made), slopesOf(crops.truth));
    return {
      loss: add(seen, times(edges, 0.5)),
      terms: { pictures: seen, edges },
      weights: nodes,
      fixed: still.nodes,
      examples: [...crops.examples, noise],
    };
  });
}

/** Stage B: one step of the upsampler is what the teacher makes in all of its, and the way forward again. */
export function upsamplerLoss(networks: TddsrNetworks, teacher: Tensors, crop: number): LossBuilder {
  return (examples) => {
    const { nodes, weight } = networks.upsampler.parameters();
    const still = networks.enlarger.parameters();
    const crops = cameraCrops(examples, crop, networks.enlargeBy(still.weight));
    const noise = parameter("noise", [examples, 4, crop, crop]);
    const terms = distilled(networks, weight, teacher, { ...crops, noise }, 1);
    return {
      loss: sumOf(Object.values(terms)),
      terms,
      weights: nodes,
      fixed: still.nodes,
      examples: [...crops.examples, noise],
    };
  };
}

/** Stage C: four networks, each by a loss of its own in which the others stand still. */
export function coLearningLosses(
  networks: TddsrNetworks,
  teacher: Tensors,
  crop: number,
  weights: CoLearningWeights,
): Readonly<Record<"upsampler" | "degrader" | "lowCritic" | "highCritic", LossBuilder>> {
  const learning = { networks, teacher, crop, weights };
  const { upsampler, degrader, lowCritic, highCritic } = networks;
  return {
    upsampler: movingLoss(learning, upsampler, upsamplerTerms),
    degrader: movingLoss(learning, degrader, degraderTerms),
    lowCritic: movingLoss(learning, lowCritic, (_, { real, fake }, weightOf) =>
      hinge(weightOf(lowCritic), [real], [fake]),
    ),
    highCritic: movingLoss(learning, highCritic, (_, { high, fakeLarge, realLarge }, weightOf) =>
      hinge(weightOf(highCritic), [high], [whole(fakeLarge), whole(realLarge)]),
    ),
  };
}

/** What the losses of a co-learning are made from. */
interface CoLearning {
  readonly networks: TddsrNetworks;
  readonly teacher: Tensors;
  readonly crop: number;
  readonly weights: CoLearningWeights;
}

/** What a network is to make small. @param weightOf the weights of any network, by the same nodes in every term */
type TermsOf = (
  learning: CoLearning,
  scene: Scene & { readonly seen: Crops },
  weightOf: (network: NamedNetwork) => WeightOf,
) => Readonly<Record<string, Node>>;

/** The loss in which one network moves, and all others that its terms ask for stand still. */
function movingLoss(learning: CoLearning, moving: NamedNetwork, termsOf: TermsOf): LossBuilder {
  const { crop, networks } = learning;
  const { upsampler, degrader, enlarger, at } = networks;
  return (examples) => {
    const known = new Map<NamedNetwork, ReturnType<NamedNetwork["parameters"]>>();
    const weightOf = (network: NamedNetwork): WeightOf => {
      const made = known.get(network) ?? network.parameters();
      known.set(network, made);
      return made.weight;
    };
    const enlarge = networks.enlargeBy(weightOf(enlarger));
    const scene = createScene(examples, crop, {
      up: at(weightOf(upsampler)),
      down: weightOf(degrader),
      enlarge,
    });
    const seen = cameraCrops(examples, crop, enlarge);
    const terms = termsOf(learning, { ...scene, seen }, weightOf);
    const loss = sumOf(Object.values(terms));
    const others = [...known].flatMap(([network, { nodes }]) => (network === moving ? [] : nodes));
    return {
      loss,
      terms,
      weights: known.get(moving)!.nodes,
      fixed: others,
      examples: [...scene.examples, ...seen.examples],
    };
  };
}

const upsamplerTerms: TermsOf = (learning, scene, weightOf) => {
  const { networks, teacher, weights } = learning;
  const { upsampler, highCritic } = networks;
  const weight = weightOf(upsampler);
  const { fake, fakeLarge, realLarge, truth, noise, seen } = scene;
  const trackLarge = predict(networks.at(weight), lastState(seen.large, noise), last, seen.large, seen.small);
  const crops = { small: fake, large: scene.enlarge(fake), truth, noise };
  const critic = weightOf(highCritic);
  const fooled = add(mean(judge(critic, whole(fakeLarge))), mean(judge(critic, whole(realLarge))));
  return {
    ...distilled(networks, weight, teacher, crops, weights.distil),
    ...circle(learning, scene, weight),
    ...weighed({
      "camera track": [distance(trackLarge, seen.truth), weights.track],
      "high critic": [times(fooled, -1), weights.highCritic],
    }),
  };
};

const degraderTerms: TermsOf = (learning, scene, weightOf) => {
  const { networks, weights } = learning;
  const { upsampler, lowCritic } = networks;
  const { fake, again, low, anchor, real } = scene;
  const different = clip(mean(absolute(subtract(fake, again))), 0, diverseEnough);
  return {
    ...weighed({
      "low critic": [times(mean(judge(weightOf(lowCritic), fake)), -1), weights.lowCritic],
      structure: [distance(smooth(fake), smooth(low)), structure],
      anchor: [distance(anchor, real), weights.anchor],
      diversity: [times(different, -1), diversity],
    }),
    ...circle(learning, scene, weightOf(upsampler)),
  };
};

/** What both ends of the circle are to come back to. */
function circle(
  { networks, teacher, weights }: CoLearning,
  scene: Scene,
  weight: WeightOf,
): Readonly<Record<string, Node>> {
  const { at } = networks;
  const { fakeLarge, truth, realAgain, real, noise, enlarge } = scene;
  const cycle = add(distance(fakeLarge, truth), distance(smooth(realAgain), smooth(real)));
  const twice = predict(
    at(weight),
    lastState(enlarge(realAgain), noise),
    last,
    enlarge(realAgain),
    realAgain,
  );
  const path = walkBack(at(constantsOf(teacher)), lastState(enlarge(real), noise), enlarge(real), real, last);
  return weighed({
    cycle: [cycle, weights.cycle],
    "cyclic distillation": [squares(twice, path), weights.cycle && 0.5 * squaresCount * weights.distil],
  });
}

/** SinSR's three: the teacher's way without chance in one step, the way forward from its end, and the truth. */
function distilled(
  { at }: TddsrNetworks,
  weight: WeightOf,
  teacher: Tensors,
  { small, large, truth, noise }: Crops & { readonly noise: Node },
  distil: number,
): Readonly<Record<string, Node>> {
  const state = lastState(large, noise);
  const made = predict(at(weight), state, last, large, small);
  const path = walkBack(at(constantsOf(teacher)), state, large, small, last);
  const forward = predict(at(weight), path, 0, large, small);
  return weighed({
    distillation: [squares(made, path), squaresCount * distil],
    inverse: [squares(forward, state), 0.5 * squaresCount * distil],
    pictures: [distance(made, truth), 1],
  });
}
