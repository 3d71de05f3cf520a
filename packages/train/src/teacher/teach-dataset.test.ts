import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "@tatami/graph";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { createCropCutter } from "../feed/crop.ts";
import type { Dataset } from "../data/dataset.ts";
import { joinPictures, storePicture } from "../data/dataset.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { compileKernels } from "../run/kernels.ts";
import { networkObjective } from "../run/network-task.ts";
import { networkModel } from "../shape/network-model.ts";
import { createModelEnlarge } from "../report/model-enlarge.ts";
import type { PrepareOptions } from "../data/prepared-dataset.ts";
import { prepareDataset } from "../data/prepared-dataset.ts";
import { enlargeTurned } from "./enlarge-turned.ts";
import { teachDataset } from "./teach-dataset.ts";
import type { Teacher } from "./teacher.ts";
import { createTeacher } from "./teacher.ts";
import { smallDataset, wavyPicture } from "../data/test-support.ts";

/** A small network that knows nothing. */
async function createSmallTeacher(value = 0.01): Promise<Teacher> {
  return createTeacher(await compileKernels(), smallModel(value));
}

function smallModel(value: number) {
  const recipe = createRecipe({
    name: "small",
    architecture: { blocks: 1, features: 8, width: 8, scale: 2 },
    side: "folded",
  });
  const weights = networkObjective(recipe).specs.map(({ name, shape }) => {
    const made = tensor(shape);
    made.data.fill(value);
    return [name, made] as const;
  });
  return networkModel(recipe, Object.fromEntries(weights));
}

test("what the teacher makes of a picture is its truth, and the pictures stay as they are", async () => {
  const dataset = smallDataset(2, 12);
  const before = new Uint8Array(dataset.high).slice();
  const seen: number[] = [];
  const teacher = await createSmallTeacher();
  const taught = await teachDataset(dataset, teacher, {
    onPicture: (ready, count) => seen.push(ready, count),
  });
  expect(seen).toEqual([1, 2, 2, 2]);
  expect(new Uint8Array(dataset.high)).toEqual(before);
  expect(taught.low).toBe(dataset.low);
  const { width, height, low, high } = taught.entries[1]!;
  const data = Float32Array.from(
    new Uint16Array(dataset.low).subarray(low, low + width * height),
    (value) => value / 256,
  );
  const enlarge = enlargeTurned(createModelEnlarge(await compileKernels(), smallModel(0.01)));
  const expected = (await enlarge({ width, height, data })).data;
  const truth = new Uint8Array(taught.high).subarray(high, high + expected.length);
  expected.forEach((value, i) =>
    expect(Math.abs(truth[i]! - Math.min(255, Math.max(0, value)))).toBeLessThanOrEqual(0.501),
  );
  // whoever takes which picture
  expect(await teachDataset(dataset, teacher, { threads: 3 })).toEqual(taught);
});

test("versions of one picture, which share their truth, are each taught their own", async () => {
  const plane = (size: number, value: number) => ({
    width: size,
    height: size,
    data: new Float32Array(size * size).fill(value),
  });
  const picture = storePicture(plane(16, 100), [plane(8, 90), plane(8, 110)], 8)!;
  const taught = await teachDataset(joinPictures([picture], 2), await createSmallTeacher(0));
  const [low, high] = [new Float32Array(8 * 8), new Float32Array(16 * 16)];
  for (const [index, value] of [
    [0, 90],
    [1, 110],
  ] as const) {
    createCropCutter(taught, 8).cut(Int32Array.of(index, 0, 0, 0), low, high);
    for (const truth of high) expect(truth * 255).toBeCloseTo(value, 4);
  }
});

test("a teacher of another scale is refused, an abort is heard between pictures", async () => {
  const teacher = await createSmallTeacher();
  const refused = teachDataset(smallDataset(2, 12), { ...teacher, scale: 4 });
  await expect(refused).rejects.toMatchObject({
    code: "invalid-option",
    message: expect.stringContaining("scale 2"),
  });
  // before any picture is read
  const unread = prepareDataset("nowhere", 2, 12, "nowhere.dataset", { teacher: { ...teacher, scale: 4 } });
  await expect(unread).rejects.toMatchObject({ code: "invalid-option" });
  const controller = new AbortController();
  const taught = teachDataset(smallDataset(2, 12), teacher, {
    onPicture: () => controller.abort(),
    signal: controller.signal,
  });
  await expect(taught).rejects.toMatchObject({ name: "AbortError" });
  const already = teachDataset(smallDataset(2, 12), teacher, { signal: controller.signal });
  await expect(already).rejects.toBe(controller.signal.reason);
  const damaged = teachDataset(smallDataset(2, 12), { ...teacher, file: new Uint8Array(9) });
  await expect(damaged).rejects.toMatchObject({ code: "worker-lost" });
});

async function createPictureFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-taught-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { width, height, channels, data } = wavyPicture(40, 36, 1);
  await writeFile(
    join(folder, "a.png"),
    await sharp(data, { raw: { width, height, channels } }).png().toBuffer(),
  );
  return folder;
}

test("a taught data set is kept beside the plain one, and made again for another teacher", async () => {
  const folder = await createPictureFolder();
  const lessons: number[] = [];
  const file = join(folder, "bicubic-x2.dataset");
  const prepare = (teacher: Teacher) =>
    prepareDataset(folder, 2, 12, file, { teacher, onLesson: (ready) => lessons.push(ready) });
  const first = await prepare(await createSmallTeacher());
  expect(await prepare(await createSmallTeacher())).toEqual(first);
  expect(lessons).toEqual([1]);
  expect((await readdir(folder)).sort()).toEqual([
    "a.png",
    "bicubic-x2-by-small.dataset",
    "bicubic-x2.dataset",
  ]);
  const second = await prepare(await createSmallTeacher(0.02));
  expect(lessons).toEqual([1, 1]);
  expect(new Uint8Array(second.high)).not.toEqual(new Uint8Array(first.high));
  expect(second.low).toEqual(first.low);
});

test("drawings keep their truth where a teacher knows photographs alone, from one lesson for both", async () => {
  const folder = await createPictureFolder();
  const lessons: number[] = [];
  const prepare = (options: PrepareOptions): Promise<Dataset> =>
    prepareDataset(folder, 2, 12, join(folder, "bicubic-x2.dataset"), { drawn: 1, ...options });
  const plain = await prepare({});
  const teacher = await createSmallTeacher();
  const onLesson = (ready: number): void => void lessons.push(ready);
  const truth = await prepare({ teacher, drawings: "truth", onLesson });
  const taught = await prepare({ teacher, onLesson });
  expect(lessons).toEqual([1, 2]);
  const pictures = ({ entries, high }: Dataset): Uint8Array[] =>
    entries.map((entry) => new Uint8Array(high, entry.high, 4 * entry.width * entry.height));
  const [[photograph, drawing], [ofTeacher, redrawn]] = [pictures(truth), pictures(taught)];
  expect(photograph).toEqual(ofTeacher);
  expect(drawing).toEqual(pictures(plain)[1]);
  expect(drawing).not.toEqual(redrawn);
});
