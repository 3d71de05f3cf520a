/** What every program engine must compute, judged by the reference. */

import type { ProgramEngine } from "@tatami/graph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCpuProgramEngine } from "../cpu-engine.ts";
import { engines } from "./testing/engines.ts";
import { lossCases } from "./testing/loss-cases.ts";
import { networkCases } from "./testing/network-cases.ts";
import type { CaseOutcome, ProgramCase } from "./testing/program-case.ts";
import { prepareCase, runOnce } from "./testing/program-case.ts";

const cases = [...networkCases, ...lossCases];

const known = new Map<ProgramCase, Promise<CaseOutcome>>();

/** What the reference makes of a case, once. */
function expected(each: ProgramCase): Promise<CaseOutcome> {
  const found = known.get(each) ?? prepareCase(createCpuProgramEngine(), each).then(runOnce);
  known.set(each, found);
  return found;
}

describe.each(Object.entries(engines))("%s", (_name, open) => {
  let engine: ProgramEngine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  it.each(cases.map((each) => [each.name, each] as const))("computes %s", async (_case, each) => {
    const filled = await prepareCase(engine, each);
    await using _runner = filled.runner;
    const [seen, right] = [await runOnce(filled), await expected(each)];
    const tolerance = each.tolerance ?? 1e-5;
    const parts = differences(seen, right);
    expect(Object.entries(parts).filter(([, part]) => !(part < tolerance))).toEqual([]);
    // the same batch has the same bits
    expect(await runOnce(filled)).toEqual(seen);
  });
});

/**
 * How far numbers are from what is right, as a part of it; tensors by the norm of the difference. A gradient that is
 * next to nothing beside the whole (that of a bias before a normalisation, which is 0 but for rounding) is judged by
 * a hundredth of the whole.
 */
function differences(seen: CaseOutcome, right: CaseOutcome): Readonly<Record<string, number>> {
  const whole = Math.hypot(...Object.values(right.gradients).map(lengthOf));
  const numbers = Object.entries({ loss: [seen.loss, right.loss], ...zip(seen.terms, right.terms) });
  const tensors = Object.entries(zip(seen.gradients, right.gradients));
  return Object.fromEntries([
    ...numbers.map(([name, [a, b]]) => [name, Math.abs(a! - b!) / Math.abs(b!)]),
    ...tensors.map(([name, [a, b]]) => {
      const difference = lengthOf(a.map((value, i) => value - b[i]!));
      return [`∂${name}`, difference / Math.max(lengthOf(b), whole / 100)];
    }),
  ]);
}

function zip<T>(
  some: Readonly<Record<string, T>>,
  others: Readonly<Record<string, T>>,
): Readonly<Record<string, readonly [T, T]>> {
  expect(Object.keys(some)).toEqual(Object.keys(others));
  return Object.fromEntries(Object.keys(some).map((name) => [name, [some[name]!, others[name]!]]));
}

function lengthOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((total, value) => total + value * value, 0));
}
