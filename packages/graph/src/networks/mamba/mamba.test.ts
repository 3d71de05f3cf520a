/** The network of selective scans: its equations line by line, without the graph, and its counts and reach. */

import { describe, expect, it } from "vitest";
import { expectGradient } from "../../derivative.fixture.ts";
import { countMacs } from "../../model/count.ts";
import { printModel } from "../../model/print.ts";
import { largestDifference } from "../../largest-difference.ts";
import type { Node } from "../../node.ts";
import { conv2d } from "../../ops/convolution/conv2d.ts";
import { readOnnx } from "../../onnx/read/read-onnx.ts";
import { loadOnnx } from "../../onnx/run-onnx.fixture.ts";
import { writeOnnx } from "../../onnx/write-onnx.ts";
import { randomTensor } from "../../random/random-tensor.ts";
import { createSeededRandom } from "../../random/seeded-random.ts";
import { seededMamba, seededWeights } from "../../random/seeded-models.ts";
import { runReference } from "../../reference.ts";
import { elementCount, tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { mamba, mambaSizes } from "./mamba.ts";
import { createNetworkModel } from "../network.ts";

const learned = (given: object): number =>
  mamba.weights(mamba.check(given)).reduce((total, { shape }) => total + elementCount(shape), 0);

describe("mamba", () => {
  it("is as large as its named sizes say", () => {
    // kernels 14 928; biases, norms, skips, steps and rates
    expect(learned(mambaSizes.s)).toBe(15_428);
    expect(learned({ ...mambaSizes.s, rank: "full" })).toBe(17_092);
    expect(learned(mambaSizes.m)).toBe(53_380);
    expect(learned(mambaSizes.l)).toBe(95_972);
  });

  it("counts as many multiply-accumulates as a network of pointwise mixers in the place of its scans", () => {
    const perPixel = (given: object, side = 8): number => {
      const shape = mamba.check(given);
      const model = createNetworkModel(mamba, shape, "m", seededWeights(mamba.weights(shape), 1));
      return countMacs(model, { width: side, height: side }) / side ** 2;
    };
    for (const [given, kernels] of [
      [mambaSizes.s, 14_928],
      [mambaSizes.m, 52_384],
    ] as const) {
      const inner = 2 * given.features;
      const inTheory = kernels + 4 * 3 * inner * given.states;
      // causal kernels have three taps of zeros; of windows beyond the picture's border nothing counts
      expect(perPixel(given)).toBeCloseTo(inTheory + 4 * 3 * inner, 6);
      expect(perPixel(given, 800)).toBeCloseTo(inTheory + 4 * 3 * inner, 6);
      const control = perPixel({ ...given, mixer: "pointwise" });
      expect(control / inTheory).toBeGreaterThan(1);
      expect(control / inTheory).toBeLessThan(1.025);
    }
  });

  it.each(["triangle", "linear-attention"] as const)("comes back from its file, scans as %s", (scans) => {
    const model = seededMamba({ rounds: 3, scale: 3 });
    const bytes = writeOnnx(model, {}, {}, { scans });
    const { model: read } = readOnnx(bytes);
    const { output: _, ...said } = model;
    expect(read).toMatchObject(said);
    expect(printModel(read)).toBe(printModel(model));
    const picture = randomTensor([2, 1, 8, 12], 0, 1, createSeededRandom(2));
    expect(runReference(read, picture)).toEqual(runReference(model, picture));
    expect(writeOnnx(read, {}, {}, { scans })).toEqual(bytes);
  });

  it.each(["triangle", "linear-attention"] as const)(
    "runs in onnxruntime as in the reference, scans as %s",
    async (scans) => {
      const model = seededMamba(mambaSizes.s);
      await using loaded = await loadOnnx(writeOnnx(model, {}, {}, { scans }));
      const picture = randomTensor([2, 1, 16, 24], 0, 1, createSeededRandom(2));
      const { output } = await loaded.run({ input: picture });
      expect(largestDifference(output!, runReference(model, picture))).toBeLessThan(1e-5);
    },
  );

  it("looks as far as its windows reach", () => {
    for (const [given, halo] of [
      [mambaSizes.s, 16],
      [mambaSizes.l, 24],
      [{ ...mambaSizes.s, window: 4 }, 12],
      [{ ...mambaSizes.s, window: 16 }, 32],
      [{ ...mambaSizes.s, mixer: "pointwise" }, 5],
    ] as const) {
      const { halo: found, alignment = 1 } = seededMamba(given);
      expect([given, found]).toEqual([given, halo]);
      expect(alignment).toBe("mixer" in given ? 1 : given.window);
    }
  });

  it.each([
    ["an odd window", { window: 5 }, /shape\.window must be an even number that divides 20160/],
    ["a window of 22", { window: 22 }, /divides 20160/],
    ["a residual that is neither there nor not", { inner: 1 }, /shape\.inner must be true or false/],
    ["three orders", { orders: 3 }, /shape\.orders must be one of 1, 2, 4/],
    ["a rank above its features", { features: 8, rank: 9 }, /shape\.rank/],
    ["what it does not know", { depth: 2 }, /depth/],
  ])("refuses %s", (_what, given, message) => {
    expect(() => mamba.check(given)).toThrowError(
      expect.objectContaining({ code: "invalid-option", message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ["two heads, rank 2", { features: 16, rounds: 1, states: 3, window: 4 }],
    [
      "shifted windows, one head, full rank",
      { features: 4, rounds: 2, states: 2, window: 2, rank: "full", inner: false },
    ],
    ["three rounds in one order", { features: 4, rounds: 3, states: 2, window: 4, orders: 1, scale: 3 }],
  ] as const)("computes its equations: %s", (_what, given) => {
    const shape = mamba.check(given);
    const weights = seededWeights(mamba.weights(shape), 5);
    const picture = randomTensor([1, 1, 8, 4], 0, 1, createSeededRandom(6));
    const seen = runReference(createNetworkModel(mamba, shape, "m", weights), picture);
    expect(largestDifference(seen, equations(shape, weights, picture))).toBeLessThan(2e-6);
  });
});

describe("mamba's gradient", () => {
  it("is what differences show", () => {
    const shape = mamba.check({ features: 4, states: 2, window: 2, rounds: 2 });
    const weights = seededWeights(mamba.weights(shape), 3);
    const names = Object.keys(weights);
    expectGradient(
      {
        values: [randomTensor([1, 1, 4, 4], 0, 1, createSeededRandom(6)), ...Object.values(weights)],
        build: ([picture, ...nodes]) => {
          const weight = (name: string): Node => nodes[names.indexOf(name)]!;
          return mamba.build(shape, weight, picture!).output;
        },
      },
      7,
      0.004,
      1e-4,
    );
  });
});

type Weights = Readonly<Record<string, Tensor>>;
/** A vector of channels for each pixel, row by row. */
type Pixels = number[][];

const silu = (x: number): number => x / (1 + Math.exp(-x));

/** Section 3.2 of the design, with loops. */
function equations(shape: ReturnType<typeof mamba.check>, weights: Weights, picture: Tensor): Tensor {
  const [height, width] = picture.shape.slice(2) as [number, number];
  const { window: size, scale } = shape;
  const convolve = (name: string, pixels: Pixels): Pixels => {
    const channels = pixels[0]!.length;
    const planes = Array.from({ length: channels }, (_, c) => pixels.map((pixel) => pixel[c]!)).flat();
    const source = tensor([1, channels, height, width], Float32Array.from(planes));
    const { data, shape: made } = conv2d.reference(
      [source, weights[`${name}.kernel`]!, weights[`${name}.bias`]!],
      {},
    );
    return pixels.map((_, at) => Array.from({ length: made[1]! }, (__, c) => data[c * height * width + at]!));
  };
  const add = (a: Pixels, b: Pixels): Pixels => a.map((pixel, at) => pixel.map((x, c) => x + b[at]![c]!));
  const norm = (name: string, pixels: Pixels): Pixels =>
    pixels.map((pixel) => {
      const mean = pixel.reduce((sum, x) => sum + x, 0) / pixel.length;
      const variance = pixel.reduce((sum, x) => sum + (x - mean) ** 2, 0) / pixel.length;
      const [by, to] = [weights[`${name}.scale`]!.data, weights[`${name}.shift`]!.data];
      return pixel.map((x, c) => ((x - mean) / Math.sqrt(variance + 1e-5)) * by[c]! + to[c]!);
    });
  const first = convolve(
    "first",
    [...picture.data].map((x) => [x - 0.5]),
  );
  let deep = first;
  for (let round = 0; round < shape.rounds; round++) {
    let mixed = deep;
    for (const [at, part] of ["first", "second"].entries()) {
      const name = `round${round}.${part}`;
      const normal = norm(`${name}.norm`, mixed);
      const changed = mixed.map((pixel) => pixel.map(() => 0));
      const turn = (2 * round + at) % shape.orders;
      const shift = round % 2 === 0 ? 0 : size / 2;
      for (let top = -shift; top < height; top += size)
        for (let left = -shift; left < width; left += size) {
          const places = Array.from({ length: size ** 2 }, (_, token) => {
            const [slow, fast] = [Math.floor(token / size), token % size];
            const [y, x] = turn % 2 === 0 ? [top + slow, left + fast] : [top + fast, left + slow];
            return y >= 0 && y < height && x >= 0 && x < width ? y * width + x : -1;
          });
          if (turn >= 2) places.reverse();
          const none = normal[0]!.map(() => 0);
          const rows = scanRow(
            weights,
            name,
            shape.states,
            places.map((place) => normal[place] ?? none),
          );
          places.forEach((place, token) => place >= 0 && (changed[place] = rows[token]!));
        }
      mixed = shape.inner ? add(mixed, changed) : changed;
    }
    deep = add(deep, convolve(`round${round}`, mixed));
  }
  const head = convolve("head", add(first, convolve("after", norm("norm", deep))));
  const result = tensor([1, 1, height * scale, width * scale]);
  for (let at = 0; at < result.data.length; at++) {
    const [y, x] = [Math.floor(at / width / scale), at % (width * scale)];
    const from = Math.floor(y / scale) * width + Math.floor(x / scale);
    result.data[at] = head[from]![(y % scale) * scale + (x % scale)]! + picture.data[from]!;
  }
  return result;
}

/** A mixer on the tokens of one window. */
function scanRow(weights: Weights, name: string, states: number, tokens: Pixels): Pixels {
  const project = (part: string, source: readonly number[]): number[] => {
    const { shape, data } = weights[`${name}.${part}.kernel`]!;
    const inputs = shape[1]!;
    return Array.from({ length: shape[0]! }, (_, o) =>
      source.reduce((sum, x, i) => sum + x * data[o * inputs + i]!, 0),
    );
  };
  const of = (part: string): Float32Array => weights[`${name}.${part}`]!.data;
  const heads = of("rate").length;
  const values = tokens.map((token) => project("value", token));
  const [taps, bias] = [of("causal.kernel"), of("causal.bias")];
  const state = values[0]!.map(() => Array.from({ length: states }, () => 0));
  return tokens.map((token, at) => {
    const a = values[at]!.map((_, c) => {
      let sum = bias[c]!;
      for (let back = 0; back < 4; back++) sum += taps[c * 4 + 3 - back]! * (values[at - back]?.[c] ?? 0);
      return silu(sum);
    });
    const selected = project("select", a);
    const gates = project("gate", token).map(silu);
    const gated = a.map((value, c) => {
      const head = Math.floor(c / (a.length / heads));
      const step = Math.log1p(Math.exp(selected[head]! + of("step")[head]!));
      const decay = Math.exp(-step * Math.exp(of("rate")[head]!));
      let y = of("skip")[c]! * value;
      for (let s = 0; s < states; s++) {
        state[c]![s] = state[c]![s]! * decay + selected[heads + s]! * step * value;
        y += selected[heads + states + s]! * state[c]![s]!;
      }
      return y * gates[c]!;
    });
    return `${name}.out.kernel` in weights
      ? project("out", gated)
      : project("widen", project("narrow", gated));
  });
}
