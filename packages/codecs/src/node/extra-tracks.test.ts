import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeClip } from "../testing/make-clip.ts";
import { readPackets } from "../testing/read-packets.ts";
import { addStreams } from "./add-streams.ts";
import { nodeDriver } from "./index.ts";
import { loadPackages } from "./packages.ts";

const driver = nodeDriver();
const whole = { start: -Infinity, end: Infinity, signal: undefined };
const subtitles = "1\n00:00:00,050 --> 00:00:00,200\nHello\n\n2\n00:00:00,250 --> 00:00:00,390\nWorld\n";
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-extra-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function place(name: string, content: Blob | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : new Uint8Array(await content.arrayBuffer()));
  return path;
}

const readBlob = async (path: string): Promise<Blob> => new Blob([new Uint8Array(await readFile(path))]);

/** A Matroska clip with SubRip subtitles, made by FFmpeg. */
async function clipWithSubtitles(name: string): Promise<string> {
  const { nodeAv } = await loadPackages();
  const target = await place(name, await makeClip({ container: "mkv", audio: ["opus"] }));
  const source = await place(`${name}.srt`, subtitles);
  await addStreams(nodeAv, {
    ...whole,
    target,
    source,
    streams: [0],
    container: "mkv",
    ticksPerSecond: 1000,
  });
  return target;
}

test("adding a stream leaves every picture's time and bytes as they were", async () => {
  const { nodeAv } = await loadPackages();
  const ticks = [0, 7, 1001, 1502, 9999, 10_000, 25_000, 55_555, 90_001, 120_000];
  const clip = await makeClip({ ticks, ticksPerSecond: 90_000, rotation: 90, title: "Frog" });
  const target = await place("target.mp4", clip);
  const source = await place("source.mp4", await makeClip({ audio: ["aac"] }));
  await addStreams(nodeAv, {
    ...whole,
    target,
    source,
    streams: [1],
    container: "mp4",
    ticksPerSecond: 90_000,
  });
  const result = await readBlob(target);
  const times = async (blob: Blob): Promise<unknown> =>
    (await readPackets(blob, "video")).map(({ timestamp, data }) => [timestamp, data]);
  expect(await times(result)).toEqual(await times(clip));
  expect(await readPackets(result, "audio")).toHaveLength(
    (await readPackets(await readBlob(source), "audio")).length,
  );
  await using reader = await driver.open(target);
  expect(reader.description.video).toMatchObject({ rotation: 90, ticksPerSecond: 90_000 });
});

test("subtitles are seen, copied where the container holds them, and otherwise told of", async () => {
  const input = await clipWithSubtitles("subtitled.mkv");
  await using reader = await driver.open(input);
  const size = reader.description.video;
  expect(reader.description.blindSpots).toEqual([]);
  expect(reader.description.tracks.map(({ kind, codec }) => [kind, codec])).toContainEqual([
    "subtitle",
    "subrip",
  ]);
  const reasons = async (output: string | undefined, container: "mp4" | "mkv"): Promise<unknown> =>
    (await driver.planWrite({ reader, size, output, encode: { container } })).leftOut.map(
      ({ reason }) => reason,
    );
  expect(await reasons(join(folder, "out.mp4"), "mp4")).toEqual(["container-cannot-hold"]);
  expect(await reasons(undefined, "mkv")).toEqual(["driver-cannot-copy"]);
  const output = join(folder, "copied.mkv");
  const writer = await driver.write({ reader, size, output });
  for await (const frame of reader.frames()) await writer.write(frame);
  const written = await writer.finish();
  expect(writer.encoding.leftOut).toEqual([]);
  expect(writer.encoding.copied.map(({ kind }) => kind)).toEqual(["audio", "subtitle"]);
  const result = await readFile(output);
  expect(result.length).toBe(written.size);
  expect(result.includes("Hello") && result.includes("World")).toBe(true);
  await using again = await driver.open(output);
  expect(again.description.tracks.map(({ kind, codec }) => [kind, codec])).toEqual([
    ["video", "avc"],
    ["audio", "opus"],
    ["subtitle", "subrip"],
  ]);
  expect((await readdir(folder)).filter((name) => /partial|joined/.test(name))).toEqual([]);
});

test("a cut takes the subtitles inside it", async () => {
  const input = await clipWithSubtitles("cut-in.mkv");
  await using reader = await driver.open(input);
  const output = join(folder, "cut.mkv");
  const read = { start: 0.2 };
  const writer = await driver.write({ reader, size: reader.description.video, output, read });
  for await (const frame of reader.frames(read)) await writer.write(frame);
  await writer.finish();
  const result = await readFile(output);
  expect([result.includes("Hello"), result.includes("World")]).toEqual([false, true]);
});
