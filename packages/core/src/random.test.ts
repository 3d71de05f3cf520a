import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, forkRandom, restoreRandom } from "./random.ts";

test("a seed gives the same numbers again, another seed others", () => {
  const draw = (seed: number): number[] => {
    const random = createRandom(seed);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(8)).not.toEqual(draw(7));
});

test("a stream goes on from its state as if it had never stopped", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(50), (seed, drawn) => {
      const random = createRandom(seed);
      for (let i = 0; i < drawn; i++) random.uniform();
      const again = restoreRandom(random.state());
      for (let i = 0; i < 10; i++) expect(again.uniform()).toBe(random.uniform());
    }),
  );
});

test("numbers are spread evenly from 0 up to 1, whole ones from 0 up to their count", () => {
  const random = createRandom(3);
  const counts = Array.from({ length: 16 }, () => 0);
  for (let i = 0; i < 16_000; i++) {
    const value = random.uniform();
    expect(value >= 0 && value < 1).toBe(true);
    counts[Math.floor(value * 16)]!++;
  }
  // 1000 each, ± 5 standard deviations
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(155);
  const whole = Array.from({ length: 200 }, () => random.integer(6));
  expect([...new Set(whole)].toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
});

test("a fork is another stream at each place and for each salt, and takes nothing", () => {
  const random = createRandom(5);
  const before = random.state();
  const drawn = ["a", "b", "a"].map((salt) => forkRandom(random, salt).uniform());
  expect(drawn[0]).toBe(drawn[2]);
  expect(drawn[0]).not.toBe(drawn[1]);
  expect(random.state()).toEqual(before);
  random.uniform();
  expect(forkRandom(random, "a").uniform()).not.toBe(drawn[0]);
  // spread evenly, though places follow one another
  const counts = Array.from({ length: 8 }, () => 0);
  for (let i = 0; i < 8000; i++) {
    random.uniform();
    counts[forkRandom(random, "variant").integer(8)]!++;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
