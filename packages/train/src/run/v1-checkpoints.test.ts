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
import { expect, test } from "vitest";
import { createBatchPool } from "./batch/batch-pool.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { compileKernels } from "./kernels.ts";
import { smallDataset } from "../data/test-support.ts";
import { createTrainer } from "./trainer.ts";

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
  const { architecture, batch, crop } = recipe;
  const dataset = smallDataset(architecture.scale, crop);
  const compiled = await compileKernels("simd");
  await using pool = await createBatchPool({ architecture, batch, crop, dataset, compiled }, 1);
  const trainer = createTrainer(recipe, dataset, compiled, pool);
  trainer.restore(state);
  expectClose(trainer.foldAverage(), expected.folded);
  for (const loss of expected.losses) expect(trainer.step().loss).toBeCloseTo(loss, 6);
  expectClose(trainer.foldAverage(), expected.foldedAfter);
});

function expectClose(actual: Float32Array, text: string): void {
  const expected = new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
  expect(actual.length).toBe(expected.length);
  const difference = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  expect(difference).toBeLessThan(1e-6);
}
