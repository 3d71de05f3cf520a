import { appendFile, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSeededRandom, randomTensor } from "@tatami/graph";
import { expect, onTestFinished, test } from "vitest";
import { smallDataset } from "../data/test-support.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { compileKernels } from "../run/kernels.ts";
import { startOf } from "../run/network-task.ts";
import { networkModel } from "../shape/network-model.ts";
import { openLessonLog } from "./lesson-log.ts";
import { teachDataset } from "./teach-dataset.ts";
import { createTeacher } from "./teacher.ts";
import { addUpcycled } from "./upcycle.ts";

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-lesson-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function smallTeacher() {
  const kind = createRecipe({
    name: "small",
    architecture: { blocks: 1, features: 8, width: 8, scale: 2 },
    side: "folded",
  });
  return createTeacher(await compileKernels(), networkModel(kind, startOf(kind)));
}

test("what is whole in a log is there again, what was cut off is not, and another key begins anew", async () => {
  const path = join(await createFolder(), "log.part");
  const samples = Uint8Array.from(randomTensor([40], 0, 255, createSeededRandom(1)).data);
  const sizeOf = (picture: number): number | undefined => [10, 30][picture];
  const open = async (key: string) => {
    const seen = new Map<number, Uint8Array>();
    const log = await openLessonLog(path, key, sizeOf, (picture, values) =>
      seen.set(picture, values.slice()),
    );
    return { log, seen };
  };
  {
    const { log, seen } = await open("one");
    expect(seen.size).toBe(0);
    await log.append(1, samples.subarray(10));
    await log.append(0, samples.subarray(0, 10));
    await log[Symbol.asyncDispose]();
  }
  const whole = (await stat(path)).size;
  // killed in the midst of the next one
  await appendFile(path, Buffer.concat([Buffer.from(Uint32Array.of(1).buffer), samples.subarray(0, 9)]));
  {
    const { log, seen } = await open("one");
    expect([...seen.keys()]).toEqual([1, 0]);
    expect(new Uint8Array(seen.get(1)!)).toEqual(samples.subarray(10));
    expect(log.kept).toEqual(new Set([0, 1]));
    await log[Symbol.asyncDispose]();
    expect((await stat(path)).size).toBe(whole);
  }
  const { log, seen } = await open("another");
  expect(seen.size).toBe(0);
  await log[Symbol.asyncDispose]();
});

test("a lesson that was stopped goes on, and is the same in the end", async () => {
  const folder = await createFolder();
  const teacher = await smallTeacher();
  const dataset = smallDataset(2, 12);
  const log = { path: join(folder, "lesson.part"), key: "key" };
  const controller = new AbortController();
  const stopped = teachDataset(dataset, teacher, {
    log,
    signal: controller.signal,
    onPicture: () => controller.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
  const plans: unknown[] = [];
  const taught = await teachDataset(dataset, teacher, { log, onPlan: (plan) => plans.push(plan) });
  expect(plans).toEqual([
    { pictures: 1, turns: 8, kept: 1, runtime: "the kernels", threads: 1, seconds: expect.any(Number) },
  ]);
  expect(taught).toEqual(await teachDataset(dataset, teacher));
  expect(await readdir(folder)).toEqual(["lesson.part"]);
});

test("fewer turns are other lessons; up-cycled pictures are behind the others, as large as they are", async () => {
  const teacher = await smallTeacher();
  const dataset = smallDataset(2, 12);
  const [once, all] = [
    await teachDataset(dataset, teacher, { turns: 1 }),
    await teachDataset(dataset, teacher),
  ];
  expect(new Uint8Array(once.high)).not.toEqual(new Uint8Array(all.high));
  const { entries, low } = addUpcycled(dataset, 0.5);
  expect(entries.slice(0, 2)).toEqual(dataset.entries);
  const [{ width, height, high }, more] = [dataset.entries[1]!, entries[2]!];
  expect(entries).toHaveLength(3);
  expect(more).toMatchObject({ width: 2 * width, height: 2 * height });
  const samples = new Uint16Array(low).subarray(more.low);
  const truth = new Uint8Array(dataset.high).subarray(high);
  expect(samples).toHaveLength(4 * width * height);
  samples.forEach((value, i) => expect(value).toBe(256 * truth[i]!));
  const taught = await teachDataset({ scale: 2, entries, low }, teacher, { turns: 1 });
  expect(taught.entries).toHaveLength(3);
  expect(new Uint8Array(taught.high)).toHaveLength(
    entries.reduce((sum, entry) => sum + 4 * entry.width * entry.height, 0),
  );
});
