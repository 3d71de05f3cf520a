import { expect, it } from "vitest";
import type { BreakEven } from "./break-even.ts";
import { createBreakEven } from "./break-even.ts";

const everything = { reuse: 2, infer: 60, computed: 24, patches: 24 };
const little = { reuse: 2, infer: 10, computed: 4, patches: 24 };

it("stays on while it saves more than it costs", () => {
  const breakEven = createBreakEven();
  for (let frame = 0; frame < 100; frame++) expect(step(breakEven, little)).toBe(true);
});

it("stays on when nothing at all is computed", () => {
  const breakEven = createBreakEven();
  step(breakEven, everything);
  for (let frame = 0; frame < 50; frame++)
    expect(step(breakEven, { reuse: 1, infer: 0, computed: 0, patches: 24 })).toBe(true);
});

it("looks at ever fewer frames while everything moves, and never stops looking", () => {
  const breakEven = createBreakEven();
  const looked = Array.from({ length: 3000 }, () => step(breakEven, everything));
  const share = (from: number, to: number): number =>
    looked.slice(from, to).filter(Boolean).length / (to - from);
  expect(share(0, 100)).toBeLessThan(0.25);
  expect(share(1000, 3000)).toBeLessThan(0.02);
  expect(share(2500, 3000)).toBeGreaterThan(0);
});

it("comes back when the scene has come to rest", () => {
  const breakEven = createBreakEven();
  for (let frame = 0; frame < 500; frame++) step(breakEven, everything);
  const looked = Array.from({ length: 600 }, () => step(breakEven, little));
  expect(looked.slice(300).every(Boolean)).toBe(true);
});

function step(breakEven: BreakEven, cost: typeof little): boolean {
  const { on } = breakEven;
  if (on) breakEven.measured(cost);
  else breakEven.passed();
  return on;
}
