/**
 * MambaLiteSR: rounds of selective scans and a convolution, with output projections of low rank. arXiv 2502.14090, after
 * DVMSR (arXiv 2405.03008).
 *
 * Unlike the paper's: one decay for each head of 16 channels rather than one for each channel and state, as in Mamba-2
 * (arXiv 2405.21060); scans inside windows of the picture's own grid, in four orders, so that patches equal the
 * whole; luma alone. Like it: steps, inputs and outputs that depend on the token, gates, causal convolutions, rounds of two
 * mixers and a 3×3 convolution, output projections of rank 2.
 */

import { checkInteger, checkOneOf, invalidOption } from "@tatami/core";
import { add, scalar, subtract } from "../../build.ts";
import type { Node } from "../../node.ts";
import { windowOrders } from "../../ops/sequence/window-order.ts";
import type { WindowArgument } from "../../ops/sequence/window-order.ts";
import { convolutionSpecs, convolve, normaliseChannels, normSpecs } from "../layers.ts";
import type { WeightOf } from "../layers.ts";
import { mixPixels, mixTokens, pixelMixerSpecs, tokenMixerSpecs } from "./mixer.ts";
import type { MixerWidths } from "./mixer.ts";
import { enlarge } from "../network.ts";
import type { BuiltNetwork, Network, WeightSpec } from "../network.ts";
import { shapeOptions } from "../options.ts";

/** Channels of a head, where the inner channels are a multiple of it; else all are one head. */
const headChannels = 16;
/** Shrink the start of what follows a normalisation, and of the head, so that the untrained network returns little but its input. */
const [afterGain, headGain] = [0.1, 0.3];

/** A network of selective scans. */
export interface MambaShape {
  /** Channels between the mixers: d. Inside they are twice as many, in heads of 16. */
  readonly features: number;
  /** Rounds of two mixers and a 3×3 convolution. */
  readonly rounds: number;
  /** Of each mixer's output projection; `full` for one matrix instead of two. */
  readonly rank: number | "full";
  /** Numbers that each channel of a scan remembers. */
  readonly states: number;
  /** Pixels of a window's side. Every other round has its windows shifted by half of it. */
  readonly window: number;
  /** Whether each mixer has a residual of its own; DVMSR's code drops it, and leaves that of the round. */
  readonly inner: boolean;
  /** How many of the four orders of pixels the mixers take in turn. */
  readonly orders: number;
  /**
   * What mixes: `scan`; or `pointwise`, two 1×1 convolutions with PReLU between them of as many multiply-accumulates, which
   * see no other pixel: what shows whether scans are worth theirs.
   */
  readonly mixer: "scan" | "pointwise";
  readonly scale: number;
}

/** The named sizes: `s` beside SESR-M7, `m` between M11 and XL, `l` to teach them. */
export const mambaSizes: Readonly<
  Record<"s" | "m" | "l", Pick<MambaShape, "features" | "rounds" | "rank" | "states" | "window">>
> = {
  s: { features: 16, rounds: 2, rank: 2, states: 8, window: 8 },
  m: { features: 32, rounds: 2, rank: 2, states: 8, window: 8 },
  l: { features: 32, rounds: 4, rank: 2, states: 8, window: 8 },
};

/**
 * 3×3, `rounds` × (two mixers, each with its residual, 3×3, residual), a normalisation, 3×3, the long residual, a 3×3 head
 * of scale² channels, sub-pixels, the picture added to each. Its pictures' sides are multiples of `window`.
 *
 * Options of `check`, with what they are when left out: `features` 16, `rounds` 2, `rank` 2, `states` 8, `window` 8, `inner` true,
 * `orders` 4, `mixer` `scan`, `scale` 2.
 */
export const mamba: Network<MambaShape> = {
  name: "mamba",
  check(given) {
    const {
      features = 16,
      rounds = 2,
      rank = 2,
      states = 8,
      window = 8,
      inner = true,
      orders = 4,
      mixer = "scan",
      scale = 2,
    } = shapeOptions(given, [
      "features",
      "rounds",
      "rank",
      "states",
      "window",
      "inner",
      "orders",
      "mixer",
      "scale",
    ]);
    const width = checkInteger("shape.features", features, 4, 256);
    return {
      features: width,
      rounds: checkInteger("shape.rounds", rounds, 1, 16),
      rank: rank === "full" ? "full" : checkInteger("shape.rank", rank, 1, width),
      states: checkInteger("shape.states", states, 1, 64),
      window: checkWindow(window),
      inner: checkSwitch(inner),
      orders: checkOneOf("shape.orders", orders, [1, 2, 4]),
      mixer: checkOneOf("shape.mixer", mixer, ["scan", "pointwise"]),
      scale: checkInteger("shape.scale", scale, 1, 4),
    };
  },
  scaleOf: ({ scale }) => scale,
  weights(shape) {
    const { features, rounds, scale } = shape;
    const widths = mixerWidths(shape);
    const mixer = (name: string): readonly WeightSpec[] => [
      ...normSpecs(`${name}.norm`, features),
      ...(shape.mixer === "scan" ? tokenMixerSpecs(name, widths) : pixelMixerSpecs(name, widths)),
    ];
    return [
      ...convolutionSpecs("first", 1, features, 3),
      ...Array.from({ length: rounds }, (_, at) => [
        ...mixer(`round${at}.first`),
        ...mixer(`round${at}.second`),
        ...convolutionSpecs(`round${at}`, features, features, 3),
      ]).flat(),
      ...normSpecs("norm", features),
      ...convolutionSpecs("after", features, features, 3, { gain: afterGain }),
      ...convolutionSpecs("head", features, scale ** 2, 3, { gain: headGain }),
    ];
  },
  build(shape, weight: WeightOf, picture): BuiltNetwork {
    const widths = mixerWidths(shape);
    const features: Record<string, Node> = {};
    const first = convolve(weight, "first", subtract(picture, scalar(0.5)));
    features["first"] = first;
    let deep = first;
    for (let round = 0; round < shape.rounds; round++) {
      const name = `round${round}`;
      const mixed = ["first", "second"].reduce<Node>((source, part, at) => {
        const normal = normaliseChannels(weight, `${name}.${part}.norm`, source);
        const change =
          shape.mixer === "scan"
            ? mixTokens(weight, `${name}.${part}`, normal, widths, windowsOf(shape, round, at))
            : mixPixels(weight, `${name}.${part}`, normal);
        return shape.inner ? add(change, source) : change;
      }, deep);
      deep = add(convolve(weight, name, mixed), deep);
      features[name] = deep;
    }
    const after = convolve(weight, "after", normaliseChannels(weight, "norm", deep));
    return { output: enlarge(convolve(weight, "head", add(after, first)), picture, shape.scale), features };
  },
};

/** The widths of a network's mixers. */
function mixerWidths({ features, states, rank }: MambaShape): MixerWidths {
  const inner = 2 * features;
  return {
    outer: features,
    inner,
    heads: inner % headChannels === 0 ? inner / headChannels : 1,
    states,
    rank,
  };
}

/** The orders take turns from mixer to mixer; from round to round windows move, so that none has a border for good. */
function windowsOf({ window: size, orders }: MambaShape, round: number, mixer: number): WindowArgument {
  const order = windowOrders[(2 * round + mixer) % orders]!;
  return { size, order, shift: round % 2 === 0 ? 0 : size / 2 };
}

function checkSwitch(given: unknown): boolean {
  if (typeof given === "boolean") return given;
  throw invalidOption("shape.inner", "true or false", given);
}

/** Even, for half of it; a divisor of the picture that graphs are checked on. */
function checkWindow(given: unknown): number {
  const window = checkInteger("shape.window", given, 2, 32);
  if (20160 % window === 0 && window % 2 === 0) return window;
  throw invalidOption("shape.window", "an even number that divides 20160, such as 4, 8 or 16", given);
}
