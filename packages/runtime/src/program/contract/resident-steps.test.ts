/** Whole steps whose state stays in the engine: what they make of it, and how it is loaded and saved. */

import type { ProgramEngine, ResidentRunner, StepResult, TrainingStepOptions } from "@tatami/graph";
import { stepNumbers } from "@tatami/graph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCpuProgramEngine } from "../cpu-engine.ts";
import { engines } from "./testing/engines.ts";
import { lossCases } from "./testing/loss-cases.ts";
import { networkCases } from "./testing/network-cases.ts";
import type { ProgramCase } from "./testing/program-case.ts";
import { caseOf, fillExamples, fillFlat, lengthOf, prepareCase, splitFlat } from "./testing/program-case.ts";

const rate = 2e-3;
const options = { clipNorm: 0.1, amsgrad: true, averageDecay: 0.9 } as const satisfies TrainingStepOptions;
const chosen = [
  caseOf(networkCases, "sesr"),
  caseOf(networkCases, "a U-shape"),
  caseOf(lossCases, "spectral"),
];
const [sesr] = chosen as [ProgramCase];

async function open(engine: ProgramEngine, each: ProgramCase): Promise<ResidentRunner> {
  return engine.prepareStep!(each.name, each.build, each.batch ?? 3, options);
}

/** Everything set, as the case says. */
async function begin(runner: ResidentRunner, each: ProgramCase): Promise<void> {
  await runner.load(splitFlat(runner.weights, fillFlat(runner.weights, each)));
  await runner.setFixed(fillFlat(runner.fixed, each));
}

/** Steps `from` to `to`, each on examples of its own. */
async function runSteps(
  runner: ResidentRunner,
  each: ProgramCase,
  from: number,
  to: number,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (let index = from; index < to; index++) {
    fillExamples(runner.examples, each, index);
    results.push(await runner.step(stepNumbers(index, rate, options)));
  }
  return results;
}

const resident = ["the reference", "onnxruntime-web on WebAssembly"];

describe.each(Object.entries(engines).filter(([name]) => resident.includes(name)))(
  "%s",
  (_name, openEngine) => {
    let engine: ProgramEngine;
    beforeAll(async () => {
      engine = await openEngine();
    });
    afterAll(() => engine[Symbol.asyncDispose]());

    it.each(chosen.map((each) => [each.name, each] as const))(
      "does the reference's steps: %s",
      async (_case, each) => {
        const ends = [];
        for (const one of [engine, createCpuProgramEngine()]) {
          await using runner = await open(one, each);
          await begin(runner, each);
          ends.push({ results: await runSteps(runner, each, 0, 5), state: await runner.save() });
        }
        const [seen, right] = ends as [(typeof ends)[0], (typeof ends)[0]];
        for (const [at, { loss, gradientNorm, terms }] of right.results.entries()) {
          const result = seen.results[at]!;
          expect(Math.abs(result.loss / loss - 1)).toBeLessThan(1e-5);
          expect(Math.abs(result.gradientNorm / gradientNorm - 1)).toBeLessThan(1e-5);
          expect(Object.keys(result.terms)).toEqual(Object.keys(terms));
        }
        expect(Object.keys(seen.state).toSorted()).toEqual(Object.keys(right.state).toSorted());
        const parts = Object.entries(right.state).map(([name, values]) => {
          const difference = lengthOf(values.map((value, i) => value - seen.state[name]![i]!));
          return [name, difference / lengthOf(values)] as const;
        });
        expect(parts.filter(([, part]) => !(part < 1e-4))).toEqual([]);
      },
    );

    it("tells of its first step what a run of the loss tells", async () => {
      const each = lossCases[0]!;
      await using runner = await open(engine, each);
      await begin(runner, each);
      const [{ loss, terms, gradientNorm }] = (await runSteps(runner, each, 0, 1)) as [StepResult];
      const filled = await prepareCase(engine, each);
      await using run = filled.runner;
      const gradient = new Float32Array(run.weights.count);
      const right = await run.run(filled.weights, filled.fixed, gradient);
      expect(loss).toBeCloseTo(right.loss, 6);
      expect(gradientNorm).toBeCloseTo(lengthOf(gradient), 6);
      expect(Object.keys(terms)).toEqual(["absolute", "squared", "charbonnier"]);
      for (const [name, value] of Object.entries(right.terms)) expect(terms[name]).toBeCloseTo(value, 6);
    });

    it("does steps that are begun before the last has ended as those that waited", async () => {
      await using runner = await open(engine, sesr);
      await begin(runner, sesr);
      const right = await runSteps(runner, sesr, 0, 4);
      const end = await runner.save();
      await begin(runner, sesr);
      const underWay: Promise<StepResult>[] = [];
      for (let index = 0; index < 4; index++) {
        fillExamples(runner.examples, sesr, index);
        underWay.push((await runner.begin(stepNumbers(index, rate, options))).result);
      }
      for (const tensors of runner.examples) for (const values of Object.values(tensors)) values.fill(NaN);
      expect(await Promise.all(underWay)).toEqual(right);
      expect(await runner.save()).toEqual(end);
    });

    it("goes on from what was saved, bit for bit", async () => {
      await using runner = await open(engine, sesr);
      await begin(runner, sesr);
      await runSteps(runner, sesr, 0, 3);
      const saved = await runner.save();
      expect(Object.keys(saved).toSorted()).toEqual(runner.state.map(({ input }) => input).toSorted());
      const results = await runSteps(runner, sesr, 3, 6);
      const end = await runner.save();
      await runner.load(saved);
      expect(await runner.save()).toEqual(saved);
      expect(await runSteps(runner, sesr, 3, 6)).toEqual(results);
      expect(await runner.save()).toEqual(end);
      await using other = await open(engine, sesr);
      await other.load(saved);
      expect(await runSteps(other, sesr, 3, 6)).toEqual(results);
    });

    it("begins with the average as the weights and moments of zero, and keeps nothing of the caller's", async () => {
      await using runner = await open(engine, sesr);
      const weights = splitFlat(runner.weights, fillFlat(runner.weights, sesr));
      await runner.load(weights);
      const kept = structuredClone(weights);
      for (const values of Object.values(weights)) values.fill(9);
      for (const [name, values] of Object.entries(await runner.save())) {
        const own = name.replace(/\/average$/, "");
        expect([name, values]).toEqual([name, kept[own] ?? new Float32Array(values.length)]);
      }
    });

    it("refuses weights that are missing or of another size, and steps before there are any", async () => {
      await using runner = await open(engine, sesr);
      await expect(runner.step(stepNumbers(0, rate, options))).rejects.toMatchObject({ code: "internal" });
      const weights = splitFlat(runner.weights, fillFlat(runner.weights, sesr));
      const { "first.bias": bias, ...others } = weights;
      const absent = { code: "invalid-model", message: expect.stringMatching(/first\.bias/) };
      await expect(runner.load(others)).rejects.toMatchObject(absent);
      await expect(runner.load({ ...others, "first.bias": bias!.slice(1) })).rejects.toMatchObject(absent);
      await runner[Symbol.asyncDispose]();
      await expect(runner.load(weights)).rejects.toMatchObject({ code: "internal" });
    });
  },
);
