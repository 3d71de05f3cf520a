/**
 * The scan of a state-space model whose step, input and output depend on the token, one decay for each head:
 * Dao and Gu, 2024 (Mamba-2, arXiv 2405.21060), sections 2 and 6.
 */

import { invalidModel } from "../../invalid-model.ts";
import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSourceCount, pictureShape, pixelwise } from "../definition.ts";
import type { GradientBuilders, OpDefinition, Shape } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import { writeScan } from "./write-scan.ts";

export const selectiveScan: OpDefinition<"selectiveScan"> = {
  ...pixelwise,
  op: "selectiveScan",
  shape: (sources, { states, values }) => {
    checkSourceCount("selectiveScan", sources, 4);
    const [q, k, v, g] = sources.map((source) => pictureShape("selectiveScan", source));
    const [n, heads, rows, tokens] = g!;
    const fits = (source: Shape, each: number): boolean =>
      [each, heads * each].includes(source[1]!) &&
      source[0] === n &&
      source[2] === rows &&
      source[3] === tokens;
    if (fits(q!, states) && fits(k!, states) && fits(v!, values)) return [n, heads * values, rows, tokens];
    throw invalidModel(
      `selectiveScan: ${sources.map(formatShape).join(", ")} are not ${states} states in and out, ${values} values and a decay of each of ${heads} heads.`,
      "Give selectiveScan pictures of one size: states, states and values for each head or once for all, and one decay a head.",
      { op: "selectiveScan", states, values, heads },
    );
  },
  reference: (sources, arg) => scan(sources, arg),
  /** Three for each state of each value: decay, what comes in, what goes out. */
  macs: ([, , , g], { states, values }) => {
    const [n, heads, rows, tokens] = pictureShape("selectiveScan", g);
    return 3 * n * heads * rows * tokens * states * values;
  },
  onnx: (emitter, node) => {
    const { states, values, reversed } = node.arg;
    const shapes = node.sources.map((source) => emitter.shapeOf(source));
    const heads = shapes[3]![1]!;
    const tokens = shapes[3]![3]!;
    const own = [states, states, values].map((each, at) => shapes[at]![1] === heads * each);
    const name = `SelectiveScan_${heads}_${states}_${values}_${own.map(Number).join("")}_${tokens}`;
    return emitter.call(
      reversed ? `${name}_reversed` : name,
      node.sources.map((source) => emitter.valueOf(source)),
      { states, values, reversed: reversed ? 1 : 0 },
      (body, inputs) => writeScan(body, inputs, { heads, states, values, tokens, own, reversed }),
    );
  },
  gradient: (build, node, outgoing) => {
    const { sources, arg } = node;
    const [q, k, v, g] = sources as readonly [Node, Node, Node, Node];
    const { states, values, reversed } = arg;
    const turned = { states: values, values: states };
    const heads = build.shapeOf(g)[1]!;
    // what a token's state gives to each query, and what later queries ask of each token
    const ofQueries = build.selectiveScan(outgoing, v, k, g, { ...turned, reversed });
    const ofValues = build.selectiveScan(k, q, outgoing, g, { states, values, reversed: !reversed });
    const ofKeys = build.selectiveScan(v, outgoing, q, g, { ...turned, reversed: !reversed });
    const weigh = (source: Node, gradient: Node): Node =>
      build.multiply(gradient, repeatHeads(build, source, states, heads));
    const flow = build.subtract(weigh(q, ofQueries), weigh(k, ofKeys));
    return [
      sumHeads(build, ofQueries, build.shapeOf(q)[1]!),
      sumHeads(build, ofKeys, build.shapeOf(k)[1]!),
      sumHeads(build, ofValues, build.shapeOf(v)[1]!),
      decayGradient(build, flow, states, heads, reversed),
    ];
  },
};

/**
 * A decay is passed by all that flows from tokens before it to tokens from it on: what comes out at those minus what
 * comes in there, summed from the far end. In the reversed scan, the tokens before its own: one less is passed.
 */
function decayGradient(
  build: GradientBuilders,
  flow: Node,
  states: number,
  heads: number,
  reversed: boolean,
): Node {
  const parts = Array.from({ length: heads }, (_, head) =>
    build.sum(build.slice(flow, 1, head * states, (head + 1) * states), [1]),
  );
  const each = heads === 1 ? parts[0]! : build.concat(parts, 1);
  if (!reversed) return build.cumulativeSum(each, 3, true);
  return build.subtract(build.cumulativeSum(each, 3, false), each);
}

/** What all heads share, for each of them. */
function repeatHeads(build: GradientBuilders, source: Node, each: number, heads: number): Node {
  if (heads === 1 || build.shapeOf(source)[1] !== each) return source;
  return build.concat(
    Array.from({ length: heads }, () => source),
    1,
  );
}

/** Gradients of all heads added up where they share the source. */
function sumHeads(build: GradientBuilders, gradient: Node, channels: number): Node {
  const heads = build.shapeOf(gradient)[1]! / channels;
  if (heads === 1) return gradient;
  return Array.from({ length: heads }, (_, head): Node =>
    build.slice(gradient, 1, head * channels, (head + 1) * channels),
  ).reduce((sum, part) => build.add(sum, part));
}

/** Token by token, the state of one head of one row at a time, in float64. */
function scan(
  sources: readonly Tensor[],
  { states, values, reversed }: { states: number; values: number; reversed: boolean },
): Tensor {
  const [q, k, v, g] = sources as readonly [Tensor, Tensor, Tensor, Tensor];
  const [n, heads, rows, tokens] = g.shape as [number, number, number, number];
  const result = tensor([n, heads * values, rows, tokens]);
  const area = rows * tokens;
  const state = new Float64Array(states * values);
  const first = (source: Tensor, item: number, head: number, each: number): number =>
    (item * source.shape[1]! + (source.shape[1] === each ? 0 : head * each)) * area;
  for (let at = 0; at < n * heads * rows; at++) {
    const [item, head] = [Math.floor(at / rows / heads), Math.floor(at / rows) % heads];
    const row = (at % rows) * tokens;
    const [fromQ, fromK, fromV] = [
      first(q, item, head, states) + row,
      first(k, item, head, states) + row,
      first(v, item, head, values) + row,
    ];
    const [fromG, to] = [(item * heads + head) * area + row, (item * heads + head) * values * area + row];
    state.fill(0);
    for (let step = 0; step < tokens; step++) {
      const token = reversed ? tokens - 1 - step : step;
      // reversed, the decay between two tokens is the later one's too
      const decay = Math.exp(step === 0 ? 0 : g.data[fromG + (reversed ? token + 1 : token)]!);
      for (let p = 0; p < values; p++) {
        const value = v.data[fromV + p * area + token]!;
        let sum = 0;
        for (let s = 0; s < states; s++) {
          const next = state[p * states + s]! * decay + k.data[fromK + s * area + token]! * value;
          state[p * states + s] = next;
          sum += q.data[fromQ + s * area + token]! * next;
        }
        result.data[to + p * area + token] = sum;
      }
    }
  }
  return result;
}
