/** The governor on machines that are made up: steady ones, noisy ones, and such as are busy with something else now and then. */

import { createRandom } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Governor } from "./governor.ts";
import { createGovernor } from "./governor.ts";

/** What levels take in milliseconds, each no less than the next. */
const machines = fc
  .tuple(
    fc.double({ min: 2, max: 20, noNaN: true }),
    fc.array(fc.double({ min: 1.05, max: 1.6, noNaN: true }), { minLength: 1, maxLength: 9 }),
  )
  .map(([quickest, ratios]) => {
    const costs = [quickest];
    for (const ratio of ratios) costs.unshift(costs[0]! * ratio);
    return costs;
  });

interface Run {
  readonly seconds: number;
  readonly noise: number;
  readonly seed: number;
  /** What the machine is slower by. @param second since the start */
  readonly load?: (second: number) => number;
}

/** Runs frames one after the other, and tells which levels they had. */
function drive(governor: Governor, costs: readonly number[], { seconds, noise, seed, load = () => 1 }: Run) {
  const random = createRandom(seed);
  const past: { second: number; level: number; took: number }[] = [];
  for (let time = 0; time < seconds * 1000;) {
    const second = time / 1000;
    const { level } = governor;
    const took = costs[level]! * load(second) * (1 + noise * (2 * random.uniform() - 1));
    governor.passed(1, took);
    past.push({ second, level, took });
    time += took;
  }
  return past;
}

const changesIn = (past: readonly { level: number }[]): number =>
  past.filter(({ level }, at) => at > 0 && past[at - 1]!.level !== level).length;

describe("a steady machine", () => {
  it("comes to the best level that keeps the rate, or to the one beside it, and stays there", () => {
    fc.assert(
      fc.property(machines, fc.double({ min: 15, max: 60, noNaN: true }), fc.nat(), (costs, rate, seed) => {
        const governor = createGovernor({ framesPerSecond: rate, levels: costs.length });
        const past = drive(governor, costs, { seconds: 120, noise: 0.1, seed });
        const wanted = 1000 / rate;
        // the best that has the room that is asked for; from the level beside it it may look as if it had not
        const safe = costs.findIndex((cost) => cost <= wanted * 0.8);
        const late = past.filter(({ second }) => second > 90);
        const best = Math.min(...late.map(({ level }) => level));
        if (safe < 0) expect(late.at(-1)!.level).toBeGreaterThanOrEqual(costs.length - 2);
        else expect(best).toBeLessThanOrEqual(safe + 1);
        // half a minute, in which nothing changes
        expect(changesIn(late)).toBeLessThanOrEqual(4);
      }),
    );
  });

  it("keeps the rate after its first seconds, where any level can", () => {
    fc.assert(
      fc.property(machines, fc.nat(), (costs, seed) => {
        const rate = 1000 / (costs.at(-1)! * 1.4);
        const governor = createGovernor({ framesPerSecond: rate, levels: costs.length });
        const past = drive(governor, costs, { seconds: 60, noise: 0.15, seed });
        const late = past.filter(({ second }) => second > 5);
        const mean = late.reduce((sum, { took }) => sum + took, 0) / late.length;
        expect(1000 / mean).toBeGreaterThanOrEqual(rate);
      }),
    );
  });
});

describe("a machine with other work that comes and goes", () => {
  it("keeps the rate through it, and changes a few times a minute", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 8, max: 20 }), (seed, every) => {
        const costs = [60, 45, 34, 27, 21, 16, 12, 9];
        const load = (second: number): number => (Math.floor(second / every) % 2 === 0 ? 1 : 2.2);
        const governor = createGovernor({ framesPerSecond: 30, levels: costs.length });
        const past = drive(governor, costs, { seconds: 180, noise: 0.2, seed, load });
        const late = past.filter(({ second }) => second > 5);
        const mean = late.reduce((sum, { took }) => sum + took, 0) / late.length;
        expect(1000 / mean).toBeGreaterThanOrEqual(29.5);
        // each coming and going is answered by a few steps; nothing else is
        expect(changesIn(late)).toBeLessThanOrEqual(5 * (180 / every));
        const { frames, changes, framesPerSecond } = governor.report();
        expect(frames.reduce((sum, each) => sum + each, 0)).toBe(past.length);
        expect(changes).toBe(changesIn(past) + (governor.level === past.at(-1)!.level ? 0 : 1));
        expect(framesPerSecond).toBeCloseTo(
          (1000 * past.length) / past.reduce((sum, { took }) => sum + took, 0),
          6,
        );
      }),
      { numRuns: 40 },
    );
  });

  it("does not go to and fro between two levels of which one is too slow", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const governor = createGovernor({ framesPerSecond: 30, levels: 2 });
      // the better one looks as if it could: a try costs little, but each one is seen
      const past = drive(governor, [35, 20], { seconds: 300, noise: 0.2, seed });
      expect(changesIn(past)).toBeGreaterThanOrEqual(2);
      expect(changesIn(past)).toBeLessThanOrEqual(16);
    }
  });
});

test("a level never tried is found out, where a guess of what it takes would keep it from ever being tried", () => {
  const costs = [30.5, 29.05, 27.67, 26.35, 19.27];
  const governor = createGovernor({ framesPerSecond: 25.26, levels: costs.length });
  drive(governor, costs, { seconds: 120, noise: 0.1, seed: 0 });
  expect(governor.level).toBeLessThanOrEqual(1);
});

test("a better level is tried again when the scene has become easier", () => {
  const governor = createGovernor({ framesPerSecond: 30, levels: 2 });
  drive(governor, [60, 20], { seconds: 30, noise: 0.1, seed: 1 });
  expect(governor.level).toBe(1);
  drive(governor, [25, 20], { seconds: 200, noise: 0.1, seed: 2 });
  expect(governor.level).toBe(0);
});

test("the quickest level is kept where nothing is quick enough; the best where all are", () => {
  const slow = createGovernor({ framesPerSecond: 30, levels: 3 });
  drive(slow, [300, 200, 100], { seconds: 30, noise: 0, seed: 1 });
  expect(slow.level).toBe(2);
  const quick = createGovernor({ framesPerSecond: 30, levels: 3 });
  drive(quick, [3, 2, 1], { seconds: 30, noise: 0, seed: 1 });
  expect(quick.level).toBe(0);
});

test("a rate that is none is refused", () => {
  for (const rate of [0, -1, NaN, 1e6])
    expect(() => createGovernor({ framesPerSecond: rate, levels: 2 })).toThrow("options.framesPerSecond");
});
