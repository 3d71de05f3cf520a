/**
 * Checkpoints of the first format are read, and training goes on from them as it did.
 *
 * The fixtures were written by the trainer of that format, on the plain SIMD build and one thread: a random start of
 * the recipe in the file, on `smallDataset(scale, 12)`, through 7 steps (25 with SOAP, whose bases then have been turned).
 * Beside each lies what it gave: the folded average in the file, the losses of three more steps and the folded average
 * after them; vectors are float32, little endian, as base64.
 */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import { expect, test } from "vitest";
import { smallDataset } from "../../data/test-support.ts";
import type { Tensors } from "../../objective/super-resolution.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { compileKernels } from "../kernels.ts";
import { createNetworkTask, networkPlayer, networkObjective } from "../network-task.ts";
import { createRun } from "../player-trainer.ts";

/** What lies beside a fixture. */
interface Expected {
  readonly step: number;
  readonly folded: string;
  readonly losses: readonly number[];
  readonly foldedAfter: string;
}

test.each(["v1-adam-x2", "v1-soap-x2", "v1-adam-x4"])("training goes on from %s", async (name) => {
  const file = fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
  const expected = JSON.parse(await readFile(`${file}.json`, "utf8")) as Expected;
  const { recipe, state } = await readCheckpoint(`${file}.checkpoint`);
  expect(state.step).toBe(expected.step);
  const dataset = smallDataset(recipe.architecture.scale, recipe.crop);
  await using engine = await createWasmProgramEngine({ build: "simd" });
  await using run = await createRun(createNetworkTask(recipe, dataset), engine, await compileKernels("simd"));
  run.restore(state);
  const foldAverage = (): Float32Array =>
    inFirstOrder(networkObjective(recipe).fold(run.averageOf(networkPlayer)));
  expectClose(foldAverage(), expected.folded);
  for (const expectedLoss of expected.losses) {
    const { loss } = (await run.step()).players[networkPlayer]!;
    expect(loss).toBeCloseTo(expectedLoss, 6);
  }
  expectClose(foldAverage(), expected.foldedAfter);
});

/** As the first format keeps folded weights: layer by layer taps, inputs, outputs and the bias; all slopes at the end. */
function inFirstOrder(folded: Tensors): Float32Array {
  const names = Object.keys(folded);
  const kernels = names.filter((name) => name.endsWith(".kernel"));
  const layers = kernels.flatMap((name) => {
    const { shape, data } = folded[name]!;
    const [outputs, inputs, height, width] = shape as [number, number, number, number];
    const taps = height * width;
    const turned: number[] = [];
    for (let tap = 0; tap < taps; tap++)
      for (let input = 0; input < inputs; input++)
        for (let output = 0; output < outputs; output++)
          turned.push(data[(output * inputs + input) * taps + tap]!);
    return [...turned, ...folded[name.replace("kernel", "bias")]!.data];
  });
  const slopes = names.filter((name) => name.endsWith(".slopes")).flatMap((name) => [...folded[name]!.data]);
  return Float32Array.from([...layers, ...slopes]);
}

function expectClose(actual: Float32Array, text: string): void {
  const expected = new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
  expect(actual.length).toBe(expected.length);
  const difference = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  expect(difference).toBeLessThan(1e-6);
}
