/** A network that makes a large picture a small one as a camera does: the down-sampler of TDDSR (arXiv 2410.07663), at our size. */

import { checkInteger } from "@tatami/core";
import { add, concat, plus, conv2d, spaceToDepth } from "../../build.ts";
import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { convolutionSpecs, convolve, convolveAndBend, slopesSpec } from "../layers.ts";
import type { WeightOf } from "../layers.ts";
import type { WeightSpec } from "../network.ts";
import { bicubicWeight } from "./restorer.ts";
import { shapeOptions } from "../options.ts";

const firstSlope = 0.25;
/** It begins as the bicubic filter. */
const headGain = 0.01;
/** 3×3 layers between the first and the head. */
const middleLayers = 3;

/** A degrader. */
export interface DegraderShape {
  readonly features: number;
}

/** What a degrader looks at, on the small picture's grid. */
export interface DegraderInput {
  /** The large picture, its sub-pixels as channels: `[n, 4, h, w]`, Y′/255. */
  readonly large: Node;
  /** It by the bicubic filter, `[n, 1, h, w]`. */
  readonly small: Node;
  /** That with noise: where its one step of diffusion begins. `[n, 1, h, w]` */
  readonly noisy: Node;
  /** Four numbers, the same at every place, that say which of many ways to degrade: `[n, 4, h, w]`. */
  readonly code: Node;
  /** Where in a block of 8×8 every place is: `[n, 3, h, w]`, {@link blockPhase}. */
  readonly phase: Node;
}

/** Channels of what it looks at. */
export const degraderChannels = 13;

/** Deviation of the noise that a degradation begins from, Y′/255. */
export const degraderNoise = 0.1;

/** Checks a shape. Option: `features`, 24 when left out. @throws TatamiError `invalid-option` */
export function checkDegrader(given: unknown): DegraderShape {
  const { features = 24 } = shapeOptions(given, ["features"]);
  return { features: checkInteger("shape.features", features, 1, 128) };
}

/** Its weights. */
export function degraderWeights({ features }: DegraderShape): readonly WeightSpec[] {
  const layer = (name: string, inputs: number): readonly WeightSpec[] => [
    ...convolutionSpecs(name, inputs, features, 3),
    slopesSpec(name, features, firstSlope),
  ];
  return [
    ...layer("first", degraderChannels),
    ...Array.from({ length: middleLayers }, (_, at) => layer(`layer${at}`, features)).flat(),
    ...convolutionSpecs("head", features, 1, 3, { gain: headGain }),
  ];
}

/** The small picture as the camera has it, `[n, 1, h, w]`, not rounded: the bicubic one and what is added to it. */
export function degrade(weight: WeightOf, input: DegraderInput): Node {
  const { large, small, noisy, code, phase } = input;
  const seen = concat([plus(large, -0.5), plus(small, -0.5), plus(noisy, -0.5), code, phase], 1);
  let deep = convolveAndBend(weight, "first", seen);
  for (let at = 0; at < middleLayers; at++) deep = convolveAndBend(weight, `layer${at}`, deep);
  return add(convolve(weight, "head", deep), small);
}

/** A picture `[n, 1, 2h, 2w]` by MATLAB's bicubic filter at half its size: eight taps, a = −½. What lies outside is mid-grey. */
export function reduceBicubic(picture: Node): Node {
  return plus(conv2d(plus(spaceToDepth(picture, 2), -0.5), reducingKernel()), 0.5);
}

/**
 * Where in a block of a codec's 8×8 pixels each place is: whether it is at its left or right edge, at its upper or lower
 * one, and both, as −1..1; `[1, 3, h, w]`. @param left @param top of the first place in its picture
 */
export function blockPhase(width: number, height: number, left = 0, top = 0): Tensor {
  const phase = tensor([1, 3, height, width]);
  const at = (place: number): number => Math.cos((2 * Math.PI * ((place % 8) + 0.5)) / 8);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [across, down] = [at(x + left), at(y + top)];
      [across, down, across * down].forEach((value, channel) => {
        phase.data[(channel * height + y) * width + x] = value;
      });
    }
  return phase;
}

function reducingKernel(): Tensor {
  const kernel = tensor([1, 4, 5, 5]);
  const side = (cell: number, sub: number): number => bicubicWeight((2 * (cell - 2) + sub - 0.5) / 2) / 2;
  for (let dy = 0; dy < 2; dy++)
    for (let dx = 0; dx < 2; dx++)
      for (let y = 0; y < 5; y++)
        for (let x = 0; x < 5; x++) kernel.data[((dy * 2 + dx) * 5 + y) * 5 + x] = side(y, dy) * side(x, dx);
  return kernel;
}
