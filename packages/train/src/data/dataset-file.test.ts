import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { builtFile } from "../run/built-file.ts";
import type { StoredPicture } from "./dataset.ts";
import { joinPictures, storePicture } from "./dataset.ts";
import { readDatasetFile, readLowSamples, writeDatasetFile } from "./dataset-file.ts";
import { wavyPicture } from "./test-support.ts";
import { createBicubicPair } from "./tracks/bicubic.ts";

/** Two pictures, of two and of one version. */
const pictures: readonly StoredPicture[] = [1, 2].map((seed) => {
  const { low, high } = createBicubicPair(wavyPicture(40 + 8 * seed, 36, seed), 2);
  return storePicture(high, seed === 1 ? [low, low] : [low], 12)!;
});

test("a file written picture by picture holds what the same pictures are in memory", async () => {
  const file = join(await createFolder(), "deep", "a.dataset");
  await writeDatasetFile(file, "key", each(pictures));
  expect(await readdir(join(file, ".."))).toEqual(["a.dataset"]);
  const whole = joinPictures(pictures, 2);
  expect(await readDatasetFile(file, "key", 2)).toEqual(whole);
  const { low, entries } = whole;
  expect(await readLowSamples(file, "key")).toEqual({ low, entries });
  expect(new Uint16Array((await readDatasetFile(file, "key", 2))!.low)).toEqual(new Uint16Array(low));
});

test("a file of another key, a torn one and none are no data set", async () => {
  const folder = await createFolder();
  const file = join(folder, "a.dataset");
  expect(await readDatasetFile(file, "key", 2)).toBeUndefined();
  await writeDatasetFile(file, "key", each(pictures));
  expect(await readDatasetFile(file, "other", 2)).toBeUndefined();
  const { length } = await readFile(file);
  for (const bytes of [length - 1, 3000, 30, 2, 0]) {
    await truncate(file, bytes);
    expect(await readDatasetFile(file, "key", 2)).toBeUndefined();
  }
});

test("pictures that end in an error leave what was there, and nothing beside it", async () => {
  const folder = await createFolder();
  const file = join(folder, "a.dataset");
  await writeFile(file, "old");
  const reason = new Error("enough");
  async function* failing(): AsyncGenerator<StoredPicture> {
    yield pictures[0]!;
    throw reason;
  }
  await expect(writeDatasetFile(file, "key", failing())).rejects.toBe(reason);
  expect(await readdir(folder)).toEqual(["a.dataset"]);
  expect(await readFile(file, "utf8")).toBe("old");
  const nowhere = writeDatasetFile(join(file, "b.dataset"), "key", each(pictures));
  await expect(nowhere).rejects.toMatchObject({ code: "output-failed" });
});

test("preparing pictures takes no more than 1.2 times the memory of the samples", async () => {
  const folder = await createFolder();
  // some first, for the program and for what single pictures take until they are let go; 600² pixels each
  for (const [name, count] of [
    ["few", 24],
    ["many", 240],
  ] as const) {
    await mkdir(join(folder, name));
    const { width, height, data } = wavyPicture(600, 600, 1);
    const first = join(folder, name, "0.jpg");
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg()
      .toFile(first);
    for (let index = 1; index < count; index++) await copyFile(first, join(folder, name, `${index}.jpg`));
  }
  const program = `
    import { join } from "node:path";
    import { prepareDataset } from ${JSON.stringify(builtFile("data/prepared-dataset.js").href)};
    const folder = ${JSON.stringify(folder)};
    const peak = () => process.resourceUsage().maxRSS * 1024;
    // what nobody holds is let go of: when V8 would do so by itself differs from run to run
    const onPicture = (ready) => ready % 8 === 0 && gc();
    const prepare = (name) =>
      prepareDataset(join(folder, name), 2, 48, join(folder, name + ".dataset"), { onPicture });
    await prepare("few");
    const before = peak();
    const { low, high } = await prepare("many");
    console.log(JSON.stringify({ store: low.byteLength + high.byteLength, taken: peak() - before }));`;
  const child = spawn(process.execPath, ["--expose-gc", "--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
    // so that glibc gives back what is let go of
    env: { ...process.env, MALLOC_MMAP_THRESHOLD_: "131072" },
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const { store, taken } = JSON.parse(printed) as { store: number; taken: number };
  // high resolution 1 byte, low resolution 2 for each fourth
  expect(store).toBe(240 * 600 * 600 * 1.5);
  expect(taken).toBeGreaterThan(0.5 * store);
  expect(taken).toBeLessThan(1.2 * store);
});

async function* each(stored: readonly StoredPicture[]): AsyncGenerator<StoredPicture> {
  yield* stored;
}

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-file-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
