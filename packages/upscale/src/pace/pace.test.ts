/** Levels, and what a pace does with them. */

import type { ReuseBounds } from "@tatami/patches";
import { expect, test } from "vitest";
import { checkGoal, createPace, paceLevels, tellPace } from "./pace.ts";

const usual = { maxDifference: 24, meanDifference: 2 };

function target() {
  const set = { loss: NaN, bounds: {} as ReuseBounds };
  return {
    set,
    setRoutingLoss: (loss: number) => void (set.loss = loss),
    setReuseBounds: (bounds: ReuseBounds) => void (set.bounds = bounds),
  };
}

test("levels go from what was asked for to the quickest, never back", () => {
  const both = paceLevels(true, { reuse: "bounded" }, 0.02);
  expect(both[0]).toEqual({ routingLoss: 0.02, looser: 1 });
  expect(both.at(-1)!.routingLoss).toBe(Infinity);
  for (const [at, level] of both.slice(1).entries()) {
    expect(level.routingLoss).toBeGreaterThanOrEqual(both[at]!.routingLoss);
    expect(level.looser).toBeGreaterThanOrEqual(both[at]!.looser);
    expect(level).not.toEqual(both[at]);
  }
  // what is to be exact stays so; one network is not routed
  expect(paceLevels(true, { reuse: "exact" }, 0).every(({ looser }) => looser === 1)).toBe(true);
  expect(paceLevels(false, { reuse: "bounded" }, 0.02).every(({ routingLoss }) => routingLoss === 0)).toBe(
    true,
  );
  expect(paceLevels(false, { reuse: "off" }, 0.02)).toHaveLength(1);
});

test("a slow machine is given the quickest level, a quick one the best; bounds move with it", () => {
  const levels = paceLevels(true, { reuse: "bounded" }, 0.02);
  const moved = target();
  const pace = createPace(30, levels, usual, moved);
  expect(moved.set.loss).toBe(Infinity);
  expect(moved.set.bounds.maxDifference).toBeGreaterThan(24);
  for (let i = 0; i < 3000; i++) pace.passed(1, 5);
  expect(moved.set).toEqual({ loss: 0.02, bounds: usual });
  for (let i = 0; i < 300; i++) pace.passed(1, 90);
  expect(moved.set.loss).toBe(Infinity);
  const { wanted, frames, changes } = pace.summary();
  expect(wanted).toBe(30);
  expect(frames.reduce((sum, each) => sum + each, 0)).toBe(3300);
  expect(changes).toBeGreaterThan(1);
});

test("as quick as it can be stays so, and says so", () => {
  const levels = paceLevels(true, { reuse: "exact" }, 0);
  const moved = target();
  const pace = createPace("max", levels, usual, moved);
  for (let i = 0; i < 1000; i++) pace.passed(1, 0.1);
  expect(moved.set).toEqual({ loss: Infinity, bounds: {} });
  expect(pace.summary()).toMatchObject({ wanted: "max", changes: 0 });
  expect(pace.summary().frames).toEqual([...levels.slice(1).map(() => 0), 1000]);
});

test("a goal that is none is refused", () => {
  for (const goal of [0, 1001, "fast", true])
    expect(() => checkGoal("options.framesPerSecond", goal as never)).toThrow("options.framesPerSecond");
  expect(["max", "off", 25].map((goal) => checkGoal("x", goal as never))).toEqual(["max", "off", 25]);
});

test("a job's frames are told in groups, without what was waited for and without the first", () => {
  const told: [number, number][] = [];
  let [time, waiting] = [0, 0];
  const pace = {
    passed: (frames: number, took: number) => void told.push([frames, took]),
    summary: () => null!,
  };
  const done = tellPace(
    pace,
    () => waiting,
    () => time,
  );
  for (let i = 0; i < 40; i++) {
    // batches of four come together; a fifth of the time there was nothing to do
    time += i < 8 ? 500 : i % 4 === 0 ? 100 : 0;
    waiting += i % 4 === 0 ? 20 : 0;
    done();
  }
  expect(told).toEqual([
    [8, 160],
    [8, 160],
    [8, 160],
    [8, 160],
  ]);
  tellPace(undefined, () => 0)();
});
