/** A U-Net that restores: small, norm-free, on the small picture's own grid. In the style of ResShift's (arXiv 2307.12348) for TDDSR (arXiv 2410.07663). */

import { checkInteger, checkOneOf } from "@tatami/core";
import {
  add,
  concat,
  conv2d,
  depthToSpace,
  plus,
  scalar,
  spaceToDepth,
  subtract,
  times,
} from "../../build.ts";
import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { convolutionSpecs, convolve, convolveAndBend, slopesSpec } from "../layers.ts";
import type { WeightOf } from "../layers.ts";
import type { BuiltNetwork, Network, WeightSpec } from "../network.ts";
import { shapeOptions } from "../options.ts";
import { sesr } from "../sesr.ts";
import type { SesrNetworkShape } from "../sesr.ts";

/** Where PReLU begins (He et al., 2015). */
const firstSlope = 0.25;
/** A block's second convolution begins small, and the head smaller: the untrained network returns little but the enlargement. */
const [blockGain, headGain] = [0.1, 0.01];

/** A restorer. */
export interface RestorerShape {
  /** Channels at the small picture's size; two and three times as many at a half and a fourth of it. */
  readonly base: number;
  readonly scale: 2;
  /**
   * A SESR that enlarges the small picture first, in place of the bicubic filter; its weights stand still, and are named
   * `enlarger.first.kernel` and so on. What a regression can know is then known, and the rest is what is learned.
   */
  readonly enlarger?: SesrNetworkShape;
}

/** Blocks by their level: on the way down, at the bottom, on the way up. */
const blockLevels: readonly (readonly [name: string, level: number])[] = [
  ["down0a", 0],
  ["down0b", 0],
  ["down1a", 1],
  ["down1b", 1],
  ["bottom0", 2],
  ["bottom1", 2],
  ["up1", 1],
  ["up0", 0],
];

/**
 * Residual blocks (3×3, PReLU, 3×3) on three levels, down by blocks of 2×2 that become channels and up by the way back;
 * what was seen on the way down is added. It sees a state of the large picture, its sub-pixels as channels, the small
 * picture enlarged by the bicubic filter or a SESR, and the small picture; it adds what is missing to the enlargement.
 *
 * As a network from a small picture its state is that enlargement, scaled as at the last time of a diffusion without noise:
 * one step of {@link restore}. Sides are multiples of 4. Options of `check`: `base`, 16 when left out; `scale`, 2; `enlarger`,
 * the bicubic filter when left out.
 */
export const restorer: Network<RestorerShape> = {
  name: "restorer",
  check(given) {
    const { base = 16, scale = 2, enlarger } = shapeOptions(given, ["base", "scale", "enlarger"]);
    return {
      base: checkInteger("shape.base", base, 1, 128),
      scale: checkOneOf("shape.scale", scale, [2]),
      ...(enlarger !== undefined && { enlarger: sesr.check({ ...enlarger, scale }) }),
    };
  },
  scaleOf: ({ scale }) => scale,
  weights({ base, enlarger }) {
    const channels = [base, 2 * base, 3 * base] as const;
    const block = ([name, level]: readonly [string, number]): readonly WeightSpec[] => [
      ...convolutionSpecs(`${name}.first`, channels[level]!, channels[level]!, 3),
      slopesSpec(`${name}.first`, channels[level]!, firstSlope),
      ...convolutionSpecs(`${name}.second`, channels[level]!, channels[level]!, 3, { gain: blockGain }),
    ];
    return [
      ...convolutionSpecs("first", 9, base, 3),
      ...convolutionSpecs("shrink0", 4 * base, 2 * base, 3),
      ...convolutionSpecs("shrink1", 8 * base, 3 * base, 3),
      ...convolutionSpecs("grow1", 3 * base, 8 * base, 3),
      ...convolutionSpecs("grow0", 2 * base, 4 * base, 3),
      ...blockLevels.flatMap(block),
      ...convolutionSpecs("head", base, 4, 3, { gain: headGain }),
      ...(enlarger ? sesr.weights(enlarger).map(enlargerSpec) : []),
    ];
  },
  build({ enlarger }, weight, picture): BuiltNetwork {
    const large = enlarger
      ? enlargeBySesr(enlarger, (name) => weight(`${enlargerPrefix}${name}`), picture)
      : enlargeBicubic(picture);
    const state = restorerState(large, 1);
    return { output: depthToSpace(restore(weight, state, large, picture), 2), features: {} };
  },
};

/**
 * One pass: what the large picture is taken to be.
 *
 * @param state `[n, 4, h, w]`, from {@link restorerState}
 * @param large the small picture enlarged, its sub-pixels as channels: `[n, 4, h, w]`
 * @param small `[n, 1, h, w]`, Y′/255
 * @returns `[n, 4, h, w]`
 */
export function restore(weight: WeightOf, state: Node, large: Node, small: Node): Node {
  const block = (name: string, source: Node): Node =>
    add(convolve(weight, `${name}.second`, convolveAndBend(weight, `${name}.first`, source)), source);
  const blocks = (prefix: readonly string[], source: Node): Node =>
    prefix.reduce((node, name) => block(name, node), source);
  const seen = concat([state, centred(large), centred(small)], 1);
  const top = blocks(["down0a", "down0b"], convolve(weight, "first", seen));
  const middle = blocks(["down1a", "down1b"], convolve(weight, "shrink0", spaceToDepth(top, 2)));
  const bottom = blocks(["bottom0", "bottom1"], convolve(weight, "shrink1", spaceToDepth(middle, 2)));
  const half = block("up1", add(depthToSpace(convolve(weight, "grow1", bottom), 2), middle));
  const whole = block("up0", add(depthToSpace(convolve(weight, "grow0", half), 2), top));
  return add(convolve(weight, "head", whole), large);
}

/** A large picture in the midst of a diffusion as the network is given it: about as large at any time (ResShift, its code). @param noise its noise's deviation, as part of the largest */
export function restorerState(large: Node, noise: number): Node {
  return times(centred(large), 1 / (3 * largestNoise * noise + 1));
}

/** Deviation of the noise at the last time, in Y′/255: κ√η_T. ResShift has κ 2 on latents; that of luma is ours. */
export const largestNoise = 0.198;

/** What the names of an enlarger's weights begin with. */
export const enlargerPrefix = "enlarger.";

/** A weight of an enlarger, which is not trained wide: it is not trained at all. */
function enlargerSpec({ name, shape, begin }: WeightSpec): WeightSpec {
  return { name: `${enlargerPrefix}${name}`, shape, begin };
}

/** A small picture by a SESR, its four sub-pixels as channels: `[n, 4, h, w]`. @param weight by the SESR's own names */
export function enlargeBySesr(shape: SesrNetworkShape, weight: WeightOf, picture: Node): Node {
  // what its last operation would put together
  return sesr.build(shape, weight, picture).output.sources[0]!;
}

/** A small picture by the bicubic filter (a = −½), its four sub-pixels as channels; what lies outside is mid-grey. */
export function enlargeBicubic(picture: Node): Node {
  return plus(conv2d(centred(picture), bicubicKernel()), 0.5);
}

function centred(node: Node): Node {
  return subtract(node, scalar(0.5));
}

/** Sub-pixels lie a fourth of a pixel to either side of their pixel's middle. */
function bicubicKernel(): Tensor {
  const kernel = tensor([4, 1, 5, 5]);
  for (let dy = 0; dy < 2; dy++)
    for (let dx = 0; dx < 2; dx++)
      for (let y = 0; y < 5; y++)
        for (let x = 0; x < 5; x++)
          kernel.data[((dy * 2 + dx) * 5 + y) * 5 + x] =
            bicubicWeight(y - 2 - (dy - 0.5) / 2) * bicubicWeight(x - 2 - (dx - 0.5) / 2);
  return kernel;
}

/** Keys’ kernel with a = −½, at a distance in pixels. */
export function bicubicWeight(distance: number): number {
  const d = Math.abs(distance);
  if (d >= 2) return 0;
  if (d >= 1) return ((-0.5 * d + 2.5) * d - 4) * d + 2;
  return (1.5 * d - 2.5) * d * d + 1;
}
