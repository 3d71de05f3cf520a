/** What mixes in a Mamba network: a gated selective scan along windows, and what stands in its place for comparison. */

import {
  absolute,
  add,
  concat,
  constant,
  conv2d,
  depthwiseConv2d,
  exponential,
  logarithm,
  multiply,
  plus,
  relu,
  selectiveScan,
  sigmoid,
  slice,
  times,
  unwindow,
  window,
} from "../../build.ts";
import type { Node } from "../../node.ts";
import type { WindowArgument } from "../../ops/sequence/window-order.ts";
import { tensor } from "../../tensor.ts";
import { convolutionSpecs, convolve, convolveAndBend, perChannel, slopesSpec } from "../layers.ts";
import type { WeightOf } from "../layers.ts";
import type { WeightSpec } from "../network.ts";

/** Taps of the causal convolution: a token and the three before it. */
const taps = 4;
/** The first steps and decay rates, from the first head to the last: e^−rate·step is from 0.97 to 0.3. */
const begins = { steps: [0.03, 0.15], rates: [1, 8] } as const;

/** Shrinks the start of a mixer's last projection: beside its residual it begins as a small change. */
const lastGain = 0.3;

/** Channels of a mixer's parts. */
export interface MixerWidths {
  readonly outer: number;
  /** Twice as many as outside. */
  readonly inner: number;
  readonly heads: number;
  readonly states: number;
  readonly rank: number | "full";
}

/** The weights of {@link mixTokens}. */
export function tokenMixerSpecs(
  name: string,
  { outer, inner, heads, states, rank }: MixerWidths,
): readonly WeightSpec[] {
  const kernel = (part: string, outputs: number, inputs: number, gain = 1): WeightSpec => ({
    name: `${name}.${part}.kernel`,
    shape: [outputs, inputs, 1, 1],
    begin: { kind: "uniform", gain },
  });
  const spread = (part: string, [from, to]: readonly [number, number]): WeightSpec => ({
    name: `${name}.${part}`,
    shape: [heads],
    begin: { kind: "spread", from, to },
  });
  // as far as ±½, as the mean of so many
  const gain = 0.5 / Math.sqrt(6 / ((inner + 1) * taps));
  const [least, most] = begins.steps.map((step) => Math.log(Math.expm1(step))) as [number, number];
  return [
    kernel("value", inner, outer),
    kernel("gate", inner, outer),
    { name: `${name}.causal.kernel`, shape: [inner, 1, 1, taps], begin: { kind: "uniform", gain } },
    { name: `${name}.causal.bias`, shape: [inner], begin: { kind: "constant", value: 0 } },
    kernel("select", heads + 2 * states, inner),
    spread("step", [least, most]),
    spread("rate", [Math.log(begins.rates[0]), Math.log(begins.rates[1])]),
    { name: `${name}.skip`, shape: [inner], begin: { kind: "constant", value: 1 } },
    ...(rank === "full"
      ? [kernel("out", outer, inner, lastGain)]
      : [kernel("narrow", rank, inner), kernel("widen", outer, rank, lastGain)]),
  ];
}

/**
 * A gated selective scan (arXiv 2312.00752, figure 3; one decay a head as in arXiv 2405.21060, section 6) along the tokens
 * of windows.
 *
 * @param source normalised, `[n, d, h, w]`
 * @returns what is to be added to what was normalised
 */
export function mixTokens(
  weight: WeightOf,
  name: string,
  source: Node,
  { inner, heads, states, rank }: MixerWidths,
  windows: WindowArgument,
): Node {
  const project = (part: string, picture: Node): Node => conv2d(picture, weight(`${name}.${part}.kernel`));
  const vector = (part: string): Node => perChannel(weight(`${name}.${part}`));
  const tokens = window(source, windows);
  const value = silu(lookBack(weight, `${name}.causal`, project("value", tokens), inner));
  const selected = project("select", value);
  const part = (start: number, count: number): Node => slice(selected, 1, start, start + count);
  const step = softplus(add(part(0, heads), vector("step")));
  const [fed, asked] = [part(heads, states), part(heads + states, states)];
  const decay = multiply(step, times(exponential(vector("rate")), -1));
  // the step that weighs a token is put to what feeds its value in, which is smaller than the value
  const weighed = Array.from({ length: heads }, (_, head) => multiply(fed, slice(step, 1, head, head + 1)));
  const feeding = heads === 1 ? weighed[0]! : concat(weighed, 1);
  const scanned = selectiveScan(asked, feeding, value, decay, { states, values: inner / heads });
  const gated = multiply(add(scanned, multiply(value, vector("skip"))), silu(project("gate", tokens)));
  if (rank === "full") return unwindow(project("out", gated), source, windows);
  // few channels are moved back
  return project("widen", unwindow(project("narrow", gated), source, windows));
}

/** The weights of {@link mixPixels}: as wide as its multiply-accumulates make it equal to a scan's, in fours. */
export function pixelMixerSpecs(name: string, widths: MixerWidths): readonly WeightSpec[] {
  const { outer, inner, heads, states, rank } = widths;
  const projections = 2 * outer * inner + inner * (heads + 2 * states + taps);
  const out = rank === "full" ? inner * outer : rank * (inner + outer);
  const hidden = 4 * Math.ceil((projections + out + 3 * inner * states) / (2 * outer) / 4);
  return [
    ...convolutionSpecs(`${name}.grow`, outer, hidden, 1),
    slopesSpec(`${name}.grow`, hidden, 0.25),
    ...convolutionSpecs(`${name}.shrink`, hidden, outer, 1, { gain: lastGain }),
  ];
}

/** Two 1×1 convolutions with PReLU between them. */
export function mixPixels(weight: WeightOf, name: string, source: Node): Node {
  return convolve(weight, `${name}.shrink`, convolveAndBend(weight, `${name}.grow`, source));
}

/** A convolution of every channel by itself over a token and those before it, zeros before the window's first. */
function lookBack(weight: WeightOf, name: string, tokens: Node, channels: number): Node {
  const later = constant(tensor([channels, 1, 1, taps - 1]));
  const kernel = concat([weight(`${name}.kernel`), later], 3);
  return depthwiseConv2d(tokens, kernel, weight(`${name}.bias`));
}

function silu(source: Node): Node {
  return multiply(source, sigmoid(source));
}

/** ln(1 + eˣ), which does not overflow: max(x, 0) + ln(1 + e^−|x|). */
function softplus(source: Node): Node {
  return add(logarithm(plus(exponential(times(absolute(source), -1)), 1)), relu(source));
}
