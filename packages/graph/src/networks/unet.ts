/** A U-Net: down by blocks of pixels, up again, joined with what was seen on the way. Ronneberger et al., 2015 (arXiv 1505.04597). */

import { checkInteger, checkOneOf } from "@tatami/core";
import { concat, depthToSpace, prelu, relu, scalar, spaceToDepth, subtract } from "../build.ts";
import type { Node } from "../node.ts";
import { convolutionSpecs, convolve, slopesSpec } from "./layers.ts";
import type { WeightOf } from "./layers.ts";
import { enlarge } from "./network.ts";
import type { BuiltNetwork, Network, WeightSpec } from "./network.ts";
import { shapeOptions } from "./options.ts";

/** Where PReLU begins (He et al., 2015). */
const firstSlope = 0.25;

/** A U-Net. */
export interface UnetShape {
  /** Channels at the picture's own size; twice as many a level further down. */
  readonly base: number;
  /** How many times it halves the picture. */
  readonly depth: number;
  readonly activation: "relu" | "prelu";
  /** 1 for a network that keeps the picture's size. */
  readonly scale: number;
}

/**
 * Two 3×3 convolutions a level. Down: blocks of 2×2 become channels, a 1×1 convolution leaves half of them. Up: a 1×1
 * convolution, its channels laid out as blocks of 2×2, and what was there on the way down joined to them. A 3×3 head
 * of scale² channels; the picture is added to every sub-pixel. Its pictures' sides are multiples of 2^depth.
 *
 * Options of `check`, with what they are when left out: `base` 24, `depth` 2, `activation` `prelu`, `scale` 2.
 */
export const unet: Network<UnetShape> = {
  name: "unet",
  check(given) {
    const {
      base = 24,
      depth = 2,
      activation = "prelu",
      scale = 2,
    } = shapeOptions(given, ["base", "depth", "activation", "scale"]);
    return {
      base: checkInteger("shape.base", base, 1, 256),
      depth: checkInteger("shape.depth", depth, 1, 4),
      activation: checkOneOf("shape.activation", activation, ["relu", "prelu"]),
      scale: checkInteger("shape.scale", scale, 1, 4),
    };
  },
  scaleOf: ({ scale }) => scale,
  weights({ base, depth, activation, scale }) {
    const bend = (name: string, channels: number): readonly WeightSpec[] =>
      activation === "prelu" ? [slopesSpec(name, channels, firstSlope)] : [];
    const pair = (name: string, inputs: number, outputs: number): readonly WeightSpec[] => [
      ...convolutionSpecs(`${name}.first`, inputs, outputs, 3),
      ...bend(`${name}.first`, outputs),
      ...convolutionSpecs(`${name}.second`, outputs, outputs, 3),
      ...bend(`${name}.second`, outputs),
    ];
    const levels = Array.from({ length: depth }, (_, level) => ({ level, channels: base * 2 ** level }));
    return [
      ...levels.flatMap(({ level, channels }) => [
        ...pair(`down${level}`, level === 0 ? 1 : channels, channels),
        ...convolutionSpecs(`down${level}.shrink`, 4 * channels, 2 * channels, 1),
      ]),
      ...pair("bottom", base * 2 ** depth, base * 2 ** depth),
      ...levels
        .toReversed()
        .flatMap(({ level, channels }) => [
          ...convolutionSpecs(`up${level}.grow`, 2 * channels, 4 * channels, 1),
          ...pair(`up${level}`, 2 * channels, channels),
        ]),
      ...convolutionSpecs("head", base, scale ** 2, 3, { gain: 0.3 }),
    ];
  },
  build({ depth, activation, scale }, weight: WeightOf, picture): BuiltNetwork {
    const features: Record<string, Node> = {};
    const bend = (name: string, source: Node): Node =>
      activation === "prelu" ? prelu(source, weight(`${name}.slopes`)) : relu(source);
    const pair = (name: string, source: Node): Node => {
      const inner = bend(`${name}.first`, convolve(weight, `${name}.first`, source));
      const result = bend(`${name}.second`, convolve(weight, `${name}.second`, inner));
      features[name] = result;
      return result;
    };
    const skipped: Node[] = [];
    let current: Node = subtract(picture, scalar(0.5));
    for (let level = 0; level < depth; level++) {
      const seen = pair(`down${level}`, current);
      skipped.push(seen);
      current = convolve(weight, `down${level}.shrink`, spaceToDepth(seen, 2));
    }
    current = pair("bottom", current);
    for (let level = depth - 1; level >= 0; level--) {
      const grown = depthToSpace(convolve(weight, `up${level}.grow`, current), 2);
      current = pair(`up${level}`, concat([grown, skipped[level]!], 1));
    }
    return { output: enlarge(convolve(weight, "head", current), picture, scale), features };
  },
};
