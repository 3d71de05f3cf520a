/** The scan against its second definition, matrices of decays, in float64; its gradients against differences of that. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allAxes, constant, multiply, selectiveScan, sum } from "../../build.ts";
import { parameter } from "../../build-training.ts";
import { gradient } from "../../gradient.ts";
import { randomTensor } from "../../random/random-tensor.ts";
import { createSeededRandom } from "../../random/seeded-random.ts";
import { runProgram } from "../../reference.ts";
import type { Tensor } from "../../tensor.ts";
import { selectiveScan as definition } from "./selective-scan.ts";

interface Sizes {
  readonly n: number;
  readonly heads: number;
  readonly states: number;
  readonly values: number;
  readonly rows: number;
  readonly tokens: number;
  /** Whether heads share q, k and v. */
  readonly shared: readonly [boolean, boolean, boolean];
  readonly reversed: boolean;
}

const sizes: fc.Arbitrary<Sizes> = fc.record({
  n: fc.integer({ min: 1, max: 2 }),
  heads: fc.integer({ min: 1, max: 3 }),
  states: fc.integer({ min: 1, max: 4 }),
  values: fc.integer({ min: 1, max: 4 }),
  rows: fc.integer({ min: 1, max: 2 }),
  tokens: fc.integer({ min: 1, max: 9 }),
  shared: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  reversed: fc.boolean(),
});

const names = ["q", "k", "v", "g"] as const;

/** q, k, v and g; decays of e^g from 0.3 to 0.98. */
function draw({ n, heads, states, values, rows, tokens, shared }: Sizes, seed: number): readonly Tensor[] {
  const random = createSeededRandom(seed);
  const some = (at: number, each: number): Tensor =>
    randomTensor([n, (shared[at] ? 1 : heads) * each, rows, tokens], -1, 1, random);
  return [
    some(0, states),
    some(1, states),
    some(2, values),
    randomTensor([n, heads, rows, tokens], -1.2, -0.02, random),
  ];
}

/** `Y = (Q Kᵀ ⊙ M) V` of every head and row: M of e to the sums of decays between two tokens. */
function matrices(size: Sizes, sources: readonly Float64Array[]): Float64Array {
  const { n, heads, states, values, rows, tokens, shared, reversed } = size;
  const [q, k, v, g] = sources as readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  const result = new Float64Array(n * heads * values * rows * tokens);
  const at = (source: number, each: number, item: number, head: number, row: number) => {
    const count = shared[source] ? 1 : heads;
    const first = (item * count + (shared[source] ? 0 : head)) * each;
    return (channel: number, token: number): number => ((first + channel) * rows + row) * tokens + token;
  };
  for (let item = 0; item < n; item++)
    for (let head = 0; head < heads; head++)
      for (let row = 0; row < rows; row++) {
        const [Q, K, V] = [
          at(0, states, item, head, row),
          at(1, states, item, head, row),
          at(2, values, item, head, row),
        ];
        const decays = g.subarray(((item * heads + head) * rows + row) * tokens).subarray(0, tokens);
        for (let i = 0; i < tokens; i++)
          for (let j = reversed ? i : 0; reversed ? j < tokens : j <= i; j++) {
            const between = decays.subarray(Math.min(i, j) + 1, Math.max(i, j) + 1);
            let weight = 0;
            for (let s = 0; s < states; s++) weight += q[Q(s, i)]! * k[K(s, j)]!;
            weight *= Math.exp(between.reduce((total, each) => total + each, 0));
            for (let p = 0; p < values; p++)
              result[(((item * heads + head) * values + p) * rows + row) * tokens + i]! +=
                weight * v[V(p, j)]!;
          }
      }
  return result;
}

function run(size: Sizes, tensors: readonly Tensor[], mixture: Tensor | undefined) {
  const sources = tensors.map(({ shape }, at) => parameter(names[at]!, shape));
  const y = selectiveScan(sources[0]!, sources[1]!, sources[2]!, sources[3]!, size);
  const bound = Object.fromEntries(tensors.map((each, at) => [names[at]!, each]));
  if (!mixture) return runProgram({ name: "scan", outputs: { y } }, bound);
  const loss = sum(multiply(y, constant(mixture)), allAxes(y));
  const found = gradient(loss, sources).map((each, at) => [`∂${names[at]}`, each] as const);
  return runProgram({ name: "gradients", outputs: Object.fromEntries(found) }, bound);
}

const lengthOf = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((t, x) => t + x * x, 0));

/** @param least what is taken for the length of what is shorter: a gradient may be 0 but for rounding */
function expectWithin(
  seen: ArrayLike<number>,
  right: ArrayLike<number>,
  tolerance: number,
  least = 1e-3,
): void {
  const apart = Array.from(right, (value, at) => value - seen[at]!);
  expect(lengthOf(apart)).toBeLessThanOrEqual(tolerance * Math.max(lengthOf(right), least));
}

describe("selectiveScan", () => {
  it("is a product of matrices", () => {
    fc.assert(
      fc.property(sizes, fc.integer(), (size, seed) => {
        const tensors = draw(size, seed);
        const right = matrices(
          size,
          tensors.map(({ data }) => Float64Array.from(data)),
        );
        expectWithin(run(size, tensors, undefined)["y"]!.data, right, 2e-7);
      }),
      { numRuns: 100 },
    );
  });

  it("has the gradients that differences show, to a millionth", () => {
    fc.assert(
      fc.property(sizes, fc.integer(), (size, seed) => {
        const tensors = draw(size, seed);
        const exact = tensors.map(({ data }) => Float64Array.from(data));
        const { n, heads, values, rows, tokens } = size;
        const mixture = randomTensor([n, heads * values, rows, tokens], -1, 1, createSeededRandom(seed + 1));
        const lossAt = (source: number, index: number, by: number): number => {
          const moved = exact.with(
            source,
            exact[source]!.map((each, i) => (i === index ? each + by : each)),
          );
          return matrices(size, moved).reduce((total, each, i) => total + each * mixture.data[i]!, 0);
        };
        const found = run(size, tensors, mixture);
        const right = exact.map((source, which) =>
          source.map((_, index) => {
            const at = (by: number): number => lossAt(which, index, by);
            return (8 * (at(1e-3) - at(-1e-3)) - (at(2e-3) - at(-2e-3))) / 12e-3;
          }),
        );
        const whole = lengthOf(right.map(lengthOf));
        // the decay's gradient is a difference of terms as large as the others': it may be nothing but their rounding
        for (const [which, name] of names.entries())
          expectWithin(found[`∂${name}`]!.data, right[which]!, 1e-6, name === "g" ? whole : whole / 10);
      }),
      { numRuns: 60 },
    );
  });

  it("counts three multiplications for each state of each value", () => {
    const shapes = [8, 8, 32, 2].map((channels) => [1, channels, 10, 64]);
    expect(definition.macs(shapes, { states: 8, values: 16, reversed: false })).toBe(3 * 640 * 32 * 8);
  });
});
