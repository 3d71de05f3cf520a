import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { createRecipe } from "../campaign/recipe.ts";
import type { HistoryEntry } from "./history.ts";
import { historyPath, latestStart, openHistory, readHistory } from "./history.ts";

const recipe = createRecipe({
  name: "tiny",
  architecture: { blocks: 1, features: 16, width: 16, scale: 2 },
});

test("a history goes on after a kill from the checkpoint's step, without the line that was torn", async () => {
  const path = await fresh();
  const first = await openHistory(path, false);
  await first.append(start(0));
  for (const step of [10, 20, 30]) await first.append(progress(step));
  await appendFile(path, '{"kind":"progress","st');
  const second = await openHistory(path, true);
  await second.append(start(15));
  await second.append(progress(20));
  expect((await readHistory(path)).map(({ kind, step }) => [kind, step])).toEqual([
    ["start", 0],
    ["progress", 10],
    ["start", 15],
    ["progress", 20],
  ]);
  expect(latestStart(await readHistory(path))?.step).toBe(15);
  // nothing that was written is ever changed
  expect((await readFile(path, "utf8")).split("\n").length).toBe(8);
});

test("a run that begins anew forgets the one before, and none at all is an empty history", async () => {
  const path = await fresh();
  expect(await readHistory(path)).toEqual([]);
  await (await openHistory(path, false)).append(progress(10));
  await openHistory(path, false);
  expect(await readHistory(path)).toEqual([]);
  expect(historyPath("runs/m5-x2.checkpoint")).toBe("runs/m5-x2.history.jsonl");
});

test("whatever is cut off its end, what is left is a beginning of it", async () => {
  const path = await fresh();
  const history = await openHistory(path, false);
  const entries = [start(0), progress(10), progress(20), progress(30)];
  for (const entry of entries) await history.append(entry);
  const text = await readFile(path, "utf8");
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: text.length }), async (length) => {
      const cut = await fresh();
      await appendFile(cut, text.slice(0, length));
      const seen = await readHistory(cut);
      expect(seen).toEqual(entries.slice(0, seen.length));
      expect(seen.length).toBeGreaterThanOrEqual(text.slice(0, length).split("\n").length - 1);
    }),
    { numRuns: 30 },
  );
});

function start(step: number): HistoryEntry {
  return { kind: "start", step, recipe, pictures: 2, sources: {} };
}

function progress(step: number): HistoryEntry {
  return { kind: "progress", step, loss: 0.01, rate: 1e-4, gradientNorm: 0.1, stepsPerSecond: 5 };
}

async function fresh(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-history-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "tiny.history.jsonl");
}
