import { link, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { EncodeOptions, MediaReader, SegmentedInit, SegmentedOutput } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import { expect, test } from "vitest";
import { useSegmentClip } from "../../testing/segment-clip.ts";
import { readPackets } from "../../testing/read-packets.ts";
import { nodeDriver, openSharedSegments, removeSegments } from "../index.ts";
import type { SharedRole } from "../index.ts";

const driver = nodeDriver();
const { path: clip, makeFolder } = await useSegmentClip({ frames: 24, size: [256, 192], keyFrames: 2 });

const kinds: readonly (readonly [name: string, encode: EncodeOptions])[] = [
  ["out.mp4", { codec: "avc" }],
  ["out.mp4", { codec: "hevc" }],
  ["out.mkv", { codec: "avc" }],
  ["out.webm", { codec: "vp9" }],
  ["out.mp4", { codec: "av1", quality: 100 }],
];

const initOf = (
  reader: MediaReader,
  output: string,
  encode: EncodeOptions,
  signal?: AbortSignal,
): SegmentedInit => ({
  reader,
  output,
  size: reader.description.video,
  depends: {},
  shortest: 0.05,
  encode,
  read: { ...(signal && { signal }) },
});

async function writeAll(reader: MediaReader, output: SegmentedOutput): Promise<void> {
  for (const segment of output.segments) {
    await using writer = await output.write(segment);
    const { index: _, ...read } = segment;
    for await (const frame of reader.frames(read)) await writer.write(frame);
    await writer.finish({ damaged: [], changed: [] });
  }
}

const namesIn = async (folder: string, ending: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending)).toSorted();

/** Bytes of all files in a folder and in those inside. */
async function used(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      (found) => (found.isFile() ? found.size : 0),
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Looks again and again while something is under way. */
async function whileWorking<T>(work: Promise<T>, look: () => Promise<void>): Promise<T> {
  let isOver = false;
  const ended = work.finally(() => (isOver = true));
  ended.catch(() => undefined);
  // oxlint-disable-next-line no-unmodified-loop-condition -- the work ends it
  while (!isOver) {
    await look();
    await turn();
  }
  return ended;
}

test("parts go as their packets are copied, and come back when the join is ended", async () => {
  const folder = await makeFolder();
  const path = join(folder, "out.mp4");
  const stop = new AbortController();
  await using reader = await driver.open(clip);
  const output = await driver.openSegments!(initOf(reader, path, { quality: 100 }, stop.signal));
  await writeAll(reader, output);
  const parts = await namesIn(output.folder, ".part");
  expect(parts).toHaveLength(output.segments.length);
  const all = await used(folder);
  let peak = 0;
  const joining = whileWorking(output.join(), async () => {
    peak = Math.max(peak, await used(folder));
    if ((await namesIn(output.folder, ".moved")).length >= 6) stop.abort();
  });
  await expect(joining).rejects.toMatchObject({ name: "AbortError" });
  expect(peak / all).toBeLessThan(1.5);
  expect(await namesIn(output.folder, ".part")).toEqual(parts);
  await output[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual(["out.mp4.tatami"]);

  await using again = await driver.openSegments!(initOf(reader, path, { quality: 100 }));
  expect([again.kept.size, again.spoilt]).toEqual([parts.length, 0]);
  peak = 0;
  const joined = await whileWorking(again.join(), async () => {
    peak = Math.max(peak, await used(folder));
  });
  expect(joined.frames).toBe(24);
  expect(peak / joined.size).toBeLessThan(1.5);
  await again[Symbol.asyncDispose]();
  expect(await readdir(folder)).toEqual(["out.mp4"]);
  expect(frameLedger.open).toBe(0);
});

const packetsOf = async (path: string) =>
  readPackets(new Blob([new Uint8Array(await readFile(path))]), "video");

test.each(kinds)(
  "parts are made again from the file of a join that was killed, unfinished or with its name: %s, %o",
  async (name, encode) => {
    const folder = await makeFolder();
    const [path, saved] = [join(folder, name), join(folder, "saved")];
    await using reader = await driver.open(clip);
    const output = await driver.openSegments!(initOf(reader, path, encode));
    await writeAll(reader, output);
    let partial = "";
    const keep = async (): Promise<void> => {
      await mkdir(saved);
      for (const each of await readdir(output.folder))
        if (/\.(?:part|moved|json)$/.test(each)) await link(join(output.folder, each), join(saved, each));
    };
    await whileWorking(output.join(), async () => {
      if (partial || (await namesIn(output.folder, ".moved")).length < 3) return;
      partial = (await namesIn(folder, ".partial"))[0]!;
      await keep();
    });
    await output[Symbol.asyncDispose]();
    expect(partial).not.toBe("");
    const straight = await packetsOf(path);

    // killed when the file had its name, but parts were still to be removed
    await rename(saved, `${path}.tatami`);
    const second = await driver.openSegments!(initOf(reader, path, encode));
    expect([second.kept.size, second.spoilt]).toEqual([output.segments.length, 0]);
    expect(await packetsOf(path)).toEqual(straight);
    let again = "";
    await whileWorking(second.join(), async () => {
      if (again || (await namesIn(second.folder, ".moved")).length < 3) return;
      again = (await namesIn(folder, ".partial"))[0]!;
      await keep();
    });
    await second[Symbol.asyncDispose]();

    // killed before it had
    await rename(saved, `${path}.tatami`);
    await rename(path, join(folder, again));
    await using third = await driver.openSegments!(initOf(reader, path, encode));
    expect([third.kept.size, third.spoilt]).toEqual([output.segments.length, 0]);
    await third.join();
    expect(await packetsOf(path)).toEqual(straight);
  },
);

/** Keeps a file of the folder; of a part that has just gone the note, which was there before. */
async function save(folder: string, name: string, to: string): Promise<void> {
  const keep = (each: string): Promise<void> => link(join(folder, each), join(to, each));
  await keep(name).catch(() => keep(name.replace(/part$/, "moved")).catch(unlessKept));
}

/** A note that was listed is kept already. */
function unlessKept(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

test("who joins alone what several made needs little more than the result, and a kill costs nothing", async () => {
  const folder = await makeFolder();
  const [path, saved] = [join(folder, "out.mp4"), join(folder, "saved")];
  await using reader = await driver.open(clip);
  const init = initOf(reader, path, { quality: 100 });
  const as = async <T>(role: SharedRole, use: (output: SegmentedOutput) => Promise<T>): Promise<T> => {
    await using output = await openSharedSegments(init, role);
    return await use(output);
  };
  await as("begin", (output) => writeAll(reader, output));
  const count = (await namesIn(`${path}.tatami`, ".part")).length;
  let [peak, partial] = [0, ""];
  await as("join-alone", (output) =>
    whileWorking(output.join(), async () => {
      if (partial || (await namesIn(output.folder, ".moved")).length < 3) return;
      partial = (await namesIn(folder, ".partial"))[0]!;
      await mkdir(saved);
      for (const each of await readdir(output.folder))
        if (/\.(?:part|moved|json)$/.test(each)) await save(output.folder, each, saved);
    }),
  );
  const straight = await packetsOf(path);
  // with its name, before the parts were removed
  expect(await as("begin", async ({ kept }) => kept.size)).toBe(count);
  // and without
  await rm(`${path}.tatami`, { recursive: true });
  await rename(saved, `${path}.tatami`);
  await rename(path, join(folder, partial));
  expect(await as("begin", async ({ kept }) => kept.size)).toBe(count);
  // the lock of who was killed names it, so that it goes; here there is none
  await rm(join(folder, partial));
  const { size } = await as("join-alone", (output) =>
    whileWorking(output.join(), async () => {
      peak = Math.max(peak, await used(folder));
    }),
  );
  expect(peak / size).toBeLessThan(1.5);
  expect(await packetsOf(path)).toEqual(straight);
  await removeSegments(path);
  expect(await readdir(folder)).toEqual(["out.mp4"]);
});

test("removing what was kept removes what a killed join left", async () => {
  const folder = await makeFolder();
  const path = join(folder, "out.mp4");
  await using reader = await driver.open(clip);
  const output = await driver.openSegments!(initOf(reader, path, {}));
  await writeAll(reader, output);
  await output[Symbol.asyncDispose]();
  await removeSegments(path);
  expect(await readdir(folder)).toEqual([]);
});
