import { chmod, readdir, readFile, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MediaReader, Segment, SegmentedInit, SegmentedOutput } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import { afterEach, describe, expect, it } from "vitest";
import { useSegmentClip } from "../../testing/segment-clip.ts";
import { nodeDriver, openSharedSegments, removeSegments } from "../index.ts";
import type { SharedRole } from "../index.ts";

const driver = nodeDriver();
const { path: clip, makeFolder } = await useSegmentClip({
  frames: 40,
  size: [64, 48],
  keyFrames: 10,
  draw: (planes, _, index) => planes.forEach((plane) => plane.fill(40 + index * 4)),
});
afterEach(() => expect(frameLedger.open).toBe(0));

/** Opens the output as a process of its own would, and disposes of all at the end. */
async function as<T>(
  role: SharedRole,
  output: string,
  use: (shared: SegmentedOutput, reader: MediaReader) => Promise<T>,
  more: Partial<SegmentedInit> = {},
  input = clip,
): Promise<T> {
  await using reader = await driver.open(input);
  const size = reader.description.video;
  const init = { reader, output, size, depends: {}, shortest: 0.2, ...more };
  await using shared = await openSharedSegments(init, role);
  return await use(shared, reader);
}

const begin = (output: string): Promise<readonly Segment[]> =>
  as("begin", output, async ({ segments }) => segments);

const make = (output: string, index: number, times = 1): Promise<void> =>
  as(index, output, async (shared, reader) => {
    const { index: _, ...read } = shared.segments[index]!;
    const writers = await Promise.all(
      Array.from({ length: times }, () => shared.write(shared.segments[index]!)),
    );
    for (const writer of writers) {
      for await (const frame of reader.frames(read)) await writer.write(frame);
      await writer.finish({ damaged: [], changed: [] });
    }
  });

/** The same without sharing. */
async function straight(output: string): Promise<Buffer> {
  await using reader = await driver.open(clip);
  const init = { reader, output, size: reader.description.video, depends: {}, shortest: 0.2 };
  await using all = await driver.openSegments!(init);
  for (const segment of all.segments) {
    await using writer = await all.write(segment);
    const { index: _, ...read } = segment;
    for await (const frame of reader.frames(read)) await writer.write(frame);
    await writer.finish({ damaged: [], changed: [] });
  }
  await all.join();
  return readFile(output);
}

describe("an output that several write", () => {
  it("is what one process would have written, in whatever order, some parts twice", async () => {
    const folder = await makeFolder();
    const output = join(folder, "out.mp4");
    const one = await straight(join(folder, "one.mp4"));
    await writeFile(output, "an older file");
    await chmod(output, 0o640);
    expect(await begin(output)).toHaveLength(4);
    await Promise.all([make(output, 2), make(output, 0, 2)]);
    await Promise.all([make(output, 3), make(output, 1), make(output, 2)]);
    expect(await readFile(output, "utf8")).toBe("an older file");
    const { frames } = await as("join", output, (shared) => shared.join());
    expect(frames).toBe(40);
    expect(await readFile(output)).toEqual(one);
    expect((await stat(output)).mode & 0o777).toBe(0o640);
    await removeSegments(output);
    expect((await readdir(folder)).sort()).toEqual(["one.mp4", "out.mp4"]);
  });

  it("is joined by one alone, who keeps others out; what was joined can be joined again", async () => {
    const folder = await makeFolder();
    const output = join(folder, "out.mp4");
    const one = await straight(join(folder, "one.mp4"));
    await writeFile(output, "an older file");
    await chmod(output, 0o640);
    await begin(output);
    for (const index of [0, 1, 2, 3]) await make(output, index);
    const join_ = (): Promise<{ readonly frames: number }> =>
      as("join-alone", output, async (shared) => {
        await expect(as("join-alone", output, async () => undefined)).rejects.toMatchObject({
          code: "output-failed",
        });
        return shared.join();
      });
    expect(await join_()).toMatchObject({ frames: 40 });
    expect(await readFile(output)).toEqual(one);
    expect((await stat(output)).mode & 0o777).toBe(0o640);
    // parts that have not gone, or are in the output, are there for whoever goes on
    expect(await as("begin", output, async ({ kept }) => [...kept.keys()])).toEqual([0, 1, 2, 3]);
    expect(await join_()).toMatchObject({ frames: 40 });
    expect(await readFile(output)).toEqual(one);
    await removeSegments(output);
    expect((await readdir(folder)).sort()).toEqual(["one.mp4", "out.mp4"]);
  });

  it("is gone on with, and a spoilt part is told of and made again", async () => {
    const output = join(await makeFolder(), "out.mp4");
    await begin(output);
    for (const index of [0, 1, 2, 3]) await make(output, index);
    await truncate(join(`${output}.tatami`, "00001.part"), 100);
    await expect(as("join", output, (shared) => shared.join())).rejects.toThrow("Segment 1 is missing");
    expect(await as("begin", output, async ({ kept }) => [...kept.keys()])).toEqual([0, 2, 3]);
    await make(output, 1);
    expect(await as("join", output, (shared) => shared.join())).toMatchObject({ frames: 40 });
  });

  it("is refused where it was not begun, or what is made differs; only who begins throws away", async () => {
    const folder = await makeFolder();
    const [input, output] = [join(folder, "in.mp4"), join(folder, "out.mp4")];
    await writeFile(input, await readFile(clip));
    const open = (role: SharedRole, depends = {}): Promise<string> =>
      as(role, output, async ({ differs = [] }) => differs.join(", "), { depends }, input);
    await expect(open(0)).rejects.toMatchObject({
      code: "output-failed",
      message: expect.stringContaining("is not there"),
    });
    expect(await readdir(folder)).toEqual(["in.mp4"]);
    await open("begin");
    await expect(open("join", { model: "another" })).rejects.toMatchObject({
      code: "output-failed",
      detail: { differs: "model" },
    });
    await utimes(input, 1e9, 1e9);
    await expect(open(1)).rejects.toMatchObject({ detail: { differs: "input" } });
    expect(await open("begin")).toBe("input");
    await removeSegments(output);
    expect(await readdir(folder)).toEqual(["in.mp4"]);
  });

  it("leaves nothing of a segment that is cancelled", async () => {
    const output = join(await makeFolder(), "out.mp4");
    await begin(output);
    await as(0, output, async (shared) => {
      const writer = await shared.write(shared.segments[0]!);
      expect(await readdir(shared.folder)).toHaveLength(2);
      await writer.cancel();
    });
    expect(await readdir(`${output}.tatami`)).toEqual(["manifest.json"]);
  });
});
