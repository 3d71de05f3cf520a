/** A training run that is killed again and again ends with the very weights of one that never was. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createRandom } from "@tatami/core";
import { expect, onTestFinished, test } from "vitest";
import type { Recipe } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { builtFile } from "./built-file.ts";
import { readCheckpoint } from "./checkpoint/checkpoint.ts";
import { checkpointPath } from "./train.ts";

const recipe = createRecipe({
  name: "killed",
  architecture: { features: [8, 12, 8], width: 16, scale: 2 },
  batch: 2,
  crop: 12,
  steps: 1500,
  warmUp: 20,
  amsgrad: true,
});
/** Of the moments of the kills; `TATAMI_SEED` gives those of a run that failed. */
const seed = Number(process.env["TATAMI_SEED"] ?? Date.now() % 1e6);
const kills = 10;
const stepsBetweenReports = 5;
/** A process lives for fewer reports than this: all the kills together come before the last step. */
const mostReports = 15;

/** Trains in a folder, going on from the checkpoint that is there, and says when it begins and how far it is. */
const program = (out: string, own: Recipe): string => `
  import { existsSync } from "node:fs";
  import { createDataset } from ${JSON.stringify(builtFile("data/dataset.js").href)};
  import { createBicubicPair } from ${JSON.stringify(builtFile("data/tracks/bicubic.js").href)};
  import { train } from ${JSON.stringify(builtFile("run/train.js").href)};
  const recipe = ${JSON.stringify(own)};
  const [width, height, channels] = [56, 48, 3];
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => 128 + 90 * Math.sin(i / 7) * Math.cos(i / 301));
  const dataset = createDataset([createBicubicPair({ width, height, channels, data }, 2)], 2, recipe.crop);
  const resume = existsSync(${JSON.stringify(checkpointPath(out, own))});
  console.log("begins");
  const onProgress = () => console.log("steps");
  await train({ recipe, dataset, onProgress, out: ${JSON.stringify(out)}, resume, threads: 2, checkpointEvery: 0.02, reportEvery: ${stepsBetweenReports} });
  console.log("ends");`;

test(`killed at ten random moments and resumed, it has the same weights bit for bit (seed ${seed})`, async () => {
  const random = createRandom(seed);
  const [straight, broken] = [await folder(), await folder()];
  expect(await runProcess(straight)).toBe(true);
  const stepsAfter: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    // before its first step, or after any number of reports; in a moment between two, or while a checkpoint is written
    const ended = await runProcess(broken, random.integer(mostReports));
    expect(ended).toBe(false);
    stepsAfter.push(await stepsIn(broken));
  }
  // no step is lost once it is in a checkpoint; some kills are among the steps
  expect(stepsAfter).toEqual(stepsAfter.toSorted((a, b) => a - b));
  expect(stepsAfter.at(-1)).toBeLessThan(recipe.steps);
  expect(new Set(stepsAfter).size).toBeGreaterThan(2);
  expect(await runProcess(broken)).toBe(true);
  const [expected, actual] = await Promise.all(
    [straight, broken].map((out) => readCheckpoint(checkpointPath(out, recipe))),
  );
  expect(actual!.state.step).toBe(recipe.steps);
  expect(actual).toEqual(expected);
}, 60_000);

/**
 * Runs one process.
 *
 * @param reports after which it is killed, wherever it has come to by then; to its end when left out
 * @returns whether it came to its end
 */
async function runProcess(out: string, reports?: number): Promise<boolean> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program(out, recipe)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  let seen = 0;
  let ended = false;
  for await (const line of createInterface({ input: child.stdout })) {
    ended ||= line === "ends";
    // the first line comes before the first step
    if (reports === seen++) child.kill("SIGKILL");
  }
  const [code, signal] = (await exit) as [number | null, string | null];
  expect([code, signal]).toEqual(reports === undefined ? [0, null] : [null, "SIGKILL"]);
  return ended;
}

/** Steps in the checkpoint; none where it was killed before its first. */
async function stepsIn(out: string): Promise<number> {
  const path = checkpointPath(out, recipe);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  return exists ? (await readCheckpoint(path)).state.step : 0;
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "tatami-kill-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}
