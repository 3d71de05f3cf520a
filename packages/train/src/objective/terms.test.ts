import type { Node } from "@tatami/graph";
import { parameter, subtract } from "@tatami/graph";
import { createCpuProgramEngine } from "@tatami/runtime";
import { expect, test } from "vitest";
import { lossNames, lossOf } from "./terms.ts";
import type { LossName } from "./terms.ts";

/** Two crops of two pixels, their truth is black: one is 0.1 off, the other 0.01. */
const off = [0.1, -0.1, 0.01, 0.01];

test.each(lossNames)("%s: its value, and what each crop of a batch counts for", async (name) => {
  const { loss, gradient } = await lossAndGradient(name);
  const [large, small] = [0.1, 0.01].map((each) => each ** 2);
  if (name === "l1") {
    expect(loss).toBeCloseTo(0.055, 6);
    expect([...gradient]).toEqual(off.map((value) => expect.closeTo(Math.sign(value) / 4, 6)));
    return;
  }
  const counted = [large!, small!].map((squares) => Math.log(1 + squares / 0.003 ** 2) / 400);
  expect(loss).toBeCloseTo((counted[0]! + counted[1]!) / 2, 6);
  // a tenth of the error, nearly ten times the pull, as decibels have it
  expect(gradient[2]! / gradient[0]!).toBeCloseTo((0.1 * (large! + 9e-6)) / (small! + 9e-6), 3);
  expect(Math.sign(gradient[1]!)).toBe(-1);
});

async function lossAndGradient(name: LossName): Promise<{ loss: number; gradient: Float32Array }> {
  const made = parameter("made", [2, 1, 1, 2]);
  const build = (batch: number) => {
    const truth: Node<"parameter"> = parameter("truth", [batch, 1, 1, 2]);
    return { loss: lossOf[name](subtract(made, truth)), weights: [made], examples: [truth] };
  };
  await using runner = await createCpuProgramEngine().prepare(name, build, 2);
  const gradient = new Float32Array(4);
  const { loss } = await runner.run(Float32Array.from(off), new Float32Array(), gradient);
  return { loss, gradient };
}
