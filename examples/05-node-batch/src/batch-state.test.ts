import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBatchState, stateFileOf } from "./batch-state.ts";
import type { Entry } from "./batch-state.ts";
import type { Recording } from "./recordings.ts";

const settings = { model: "micro-x2", quality: 75 };
let to: string;
let recording: Recording;
let entry: Entry;
beforeEach(async () => {
  to = await mkdtemp(join(tmpdir(), "tatami-state-"));
  recording = { name: "yard.mp4", path: "/yard.mp4", output: join(to, "yard.mp4"), size: 1000, changed: 5 };
  entry = { source: { size: 1000, changed: 5 }, settings, outcome: "done", frames: 3, size: 4, seconds: 1 };
  await writeFile(recording.output, "1234");
});
afterEach(() => rm(to, { recursive: true }));

test("what was noted is known to whoever opens it next, and is done", async () => {
  const first = await openBatchState(to);
  expect(await first.isDone(recording, settings)).toBe(false);
  await first.note("yard.mp4", entry);
  const second = await openBatchState(to);
  expect(second.entries).toEqual(new Map([["yard.mp4", entry]]));
  expect(await second.isDone(recording, settings)).toBe(true);
});

test.each<[what: string, change: () => Promise<void> | void]>([
  ["a recording of another size", () => void (recording = { ...recording, size: 1001 })],
  ["a recording written again", () => void (recording = { ...recording, changed: 6 })],
  ["another model", () => void (entry = { ...entry, settings: { ...settings, model: "m3-x2" } })],
  ["another quality", () => void (entry = { ...entry, settings: { ...settings, quality: 60 } })],
  ["a result that is gone", () => rm(recording.output)],
  ["a result that was cut", () => writeFile(recording.output, "123")],
])("%s is not done", async (_what, change) => {
  await change();
  const state = await openBatchState(to);
  await state.note("yard.mp4", entry);
  expect(await state.isDone(recording, settings)).toBe(false);
});

test("a folder that cannot be made is one error, with what to do", async () => {
  await writeFile(join(to, "file"), "");
  const state = await openBatchState(join(to, "none"));
  await expect(state.note("yard.mp4", entry)).resolves.toBeUndefined();
  const nowhere = await openBatchState(join(to, "file")).catch((error: unknown) => error);
  expect(nowhere).toMatchObject({ code: "output-failed", fix: expect.stringMatching(/\.$/) });
});

test("notes made at once are all kept, and nothing else is left in the folder", async () => {
  const state = await openBatchState(to);
  const names = Array.from({ length: 20 }, (_, index) => `${String(index).padStart(2, "0")}.mp4`);
  await Promise.all(names.map((name) => state.note(name, entry)));
  const { recordings } = JSON.parse(await readFile(stateFileOf(to), "utf8")) as { recordings: object };
  expect(Object.keys(recordings)).toEqual(names);
  expect((await readdir(to)).toSorted()).toEqual(["batch.json", "yard.mp4"]);
});
