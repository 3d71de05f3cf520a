/** How long what an engine prepares lives, who may use it when, and what is no loss at all. */

import type { LossBuilder, Node, ProgramEngine } from "@tatami/graph";
import { add, input, mean, parameter } from "@tatami/graph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWasmProgramEngine } from "../wasm-engine.ts";
import { engines } from "./testing/engines.ts";
import { lossCases } from "./testing/loss-cases.ts";
import { networkCases } from "./testing/network-cases.ts";
import { caseOf, prepareCase, runOnce } from "./testing/program-case.ts";

const sesr = caseOf(networkCases, "sesr");

/** A loss of `w` and `x`, changed. */
const wrong =
  (
    change: (loss: Node, w: Node<"parameter">, x: Node<"parameter">) => Partial<ReturnType<LossBuilder>>,
  ): LossBuilder =>
  (batch) => {
    const [w, x] = [parameter("w", [1, 3, 1, 1]), parameter("x", [batch, 3, 2, 2])];
    const loss = mean(add(x, w));
    return { loss, weights: [w], examples: [x], ...change(loss, w, x) };
  };

describe.each(Object.entries(engines))("%s", (_name, open) => {
  let engine: ProgramEngine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  it("tells where the weights lie and has a place for every example", async () => {
    const { runner } = await prepareCase(engine, { ...sesr, batch: 2 });
    await using _runner = runner;
    expect(
      runner.examples.map((tensors) => Object.entries(tensors).map(([name, { length }]) => [name, length])),
    ).toEqual(
      [0, 1].map(() => [
        ["low", 63],
        ["high", 252],
      ]),
    );
    expect(runner.weights.spans[0]).toEqual({
      name: "first.expand",
      shape: [16, 1, 5, 5],
      start: 0,
      count: 400,
    });
    expect(runner.fixed).toEqual({ spans: [], count: 0 });
  });

  it("does not run what has been disposed of, and disposing twice is once", async () => {
    const filled = await prepareCase(engine, sesr);
    await filled.runner[Symbol.asyncDispose]();
    await filled.runner[Symbol.asyncDispose]();
    await expect(runOnce(filled)).rejects.toMatchObject({
      code: "internal",
      fix: expect.stringMatching(/./),
    });
  });

  it("refuses a batch begun before the last has ended, or computes one after the other", async () => {
    const filled = await prepareCase(engine, sesr);
    await using _runner = filled.runner;
    const right = await runOnce(filled);
    const [first, second] = await Promise.allSettled([runOnce(filled), runOnce(filled)]);
    expect(first).toEqual({ status: "fulfilled", value: right });
    if (second.status === "fulfilled") expect(second.value).toEqual(right);
    else expect(second.reason).toMatchObject({ code: "internal", message: expect.stringMatching(/before/) });
    expect(await runOnce(filled)).toEqual(right);
  });

  it("ends a run that is under way before it is disposed of", async () => {
    const filled = await prepareCase(engine, sesr);
    const right = await runOnce(filled);
    const running = runOnce(filled);
    await filled.runner[Symbol.asyncDispose]();
    expect(await running).toEqual(right);
  });

  it("has several losses ready at a time, which do not disturb one another", async () => {
    const chosen = [sesr, caseOf(networkCases, "a U-shape"), lossCases[0]!];
    const ready = await Promise.all(chosen.map((each) => prepareCase(engine, each)));
    const right = [];
    for (const filled of ready) right.push(await runOnce(filled));
    expect(await Promise.all(ready.map(runOnce))).toEqual(right);
    for (const { runner } of ready) await runner[Symbol.asyncDispose]();
  });

  it("gives no number for weights that are no numbers, and goes on", async () => {
    const filled = await prepareCase(engine, sesr);
    await using _runner = filled.runner;
    const right = await runOnce(filled);
    const spoilt = filled.weights.map((value, i) => (i === 3 ? NaN : value));
    expect((await runOnce({ ...filled, weights: spoilt })).loss).toBeNaN();
    expect(await runOnce(filled)).toEqual(right);
  });

  it.each([
    ["a parameter that is in no list", wrong(() => ({ examples: [] })), "invalid-model", /"x"/],
    ["an input", wrong((loss) => ({ loss: add(loss, mean(input())) })), "invalid-model", /input/],
    [
      "nothing to learn",
      wrong((_loss, _w, x) => ({ loss: mean(x) })),
      "invalid-model",
      /none of its weights/,
    ],
    ["a loss of many numbers", wrong((_loss, w, x) => ({ loss: add(x, w) })), "invalid-model", /one number/],
    [
      "a name that is taken",
      wrong((loss) => ({ terms: { x: loss } })),
      "invalid-model",
      /two values called "x"/,
    ],
  ] as const)("refuses %s", async (_what, build, code, message) => {
    await expect(engine.prepare("wrong", build, 2)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it("refuses a batch of no examples", async () => {
    const preparing = engine.prepare("none", sesr.build, 0);
    await expect(preparing).rejects.toMatchObject({ code: "invalid-option" });
  });
});

describe("threads", () => {
  it.each([...networkCases, ...lossCases].map((each) => [each.name, { ...each, batch: 5 }] as const))(
    "any number of them computes the same bits: %s",
    async (_case, each) => {
      const outcomes = [];
      for (const threads of [1, 2, 3]) {
        await using engine = await createWasmProgramEngine({ threads, build: "simd" });
        outcomes.push(await runOnce(await prepareCase(engine, each)));
      }
      expect(outcomes[1]).toEqual(outcomes[0]);
      expect(outcomes[2]).toEqual(outcomes[0]);
    },
  );
});
