/** What every program engine must compute, judged by the reference. */

import type { ProgramEngine } from "@tatami/graph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCpuProgramEngine } from "../cpu-engine.ts";
import { engines } from "./testing/engines.ts";
import { lossCases } from "./testing/loss-cases.ts";
import { networkCases } from "./testing/network-cases.ts";
import type { CaseOutcome, ProgramCase } from "./testing/program-case.ts";
import { differences, prepareCase, runOnce } from "./testing/program-case.ts";

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
