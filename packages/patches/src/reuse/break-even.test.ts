import { expect, test } from "vitest";
import type { BreakEven, ReuseCost } from "./break-even.ts";
import { createBreakEven } from "./break-even.ts";

const everything: ReuseCost = { reuse: 2, infer: 60, computed: 24, patches: 24, frames: 1 };
const little: ReuseCost = { reuse: 2, infer: 10, computed: 4, patches: 24, frames: 1 };

test("stays on while it saves more than it costs", () => {
  const breakEven = createBreakEven(0.8);
  for (let frame = 0; frame < 100; frame++) expect(step(breakEven, little)).toBe(true);
});

test("stays on when nothing at all is computed", () => {
  const breakEven = createBreakEven(0.8);
  step(breakEven, everything);
  const nothing: ReuseCost = { reuse: 1, infer: 0, computed: 0, patches: 24, frames: 1 };
  for (let frame = 0; frame < 50; frame++) expect(step(breakEven, nothing)).toBe(true);
});

test("looks at ever fewer frames while everything moves, and never stops looking", () => {
  const breakEven = createBreakEven(1);
  const looked = Array.from({ length: 3000 }, () => step(breakEven, everything));
  const share = (from: number, to: number): number =>
    looked.slice(from, to).filter(Boolean).length / (to - from);
  expect(share(0, 100)).toBeLessThan(0.25);
  expect(share(1000, 3000)).toBeLessThan(0.02);
  expect(share(2500, 3000)).toBeGreaterThan(0);
});

test("comes back when the scene has come to rest", () => {
  const breakEven = createBreakEven(1);
  for (let frame = 0; frame < 500; frame++) step(breakEven, everything);
  const looked = Array.from({ length: 600 }, () => step(breakEven, little));
  expect(looked.slice(300).every(Boolean)).toBe(true);
});

test("gives up a saving that larger patches would make greater", () => {
  // 22 of 24 patches computed saves 5 of 60 milliseconds; not looking saves 12
  const few: ReuseCost = { reuse: 1, infer: 55, computed: 22, patches: 24, frames: 1 };
  const measured = createBreakEven(1);
  expect(Array.from({ length: 40 }, () => step(measured, few)).every(Boolean)).toBe(true);
  const guessed = createBreakEven(0.8);
  expect(Array.from({ length: 40 }, () => step(guessed, few, 48)).filter(Boolean).length).toBeLessThan(20);
});

test("learns from frames that were not looked at what they really take", () => {
  const breakEven = createBreakEven(1);
  for (let frame = 0; frame < 60; frame++) step(breakEven, everything, 48);
  const few: ReuseCost = { reuse: 1, infer: 55, computed: 22, patches: 24, frames: 1 };
  const looked = Array.from({ length: 600 }, () => step(breakEven, few, 48));
  expect(looked.slice(200).filter(Boolean).length).toBeLessThan(40);
});

function step(breakEven: BreakEven, cost: ReuseCost, whole = 60): boolean {
  const { on } = breakEven;
  if (on) breakEven.measured(cost);
  else breakEven.passed(1, whole);
  return on;
}
