/** Files of old cameras and recorders, made on the spot: every picture with its luma and time, and the sound. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { frameLedger } from "@tatami/core";
import type { MediaReader } from "@tatami/core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeMuxedClip, mutedLuma } from "../../testing/make-muxed-clip.ts";
import type { MuxedClipOptions } from "../../testing/make-muxed-clip.ts";
import { passThrough } from "../../testing/pass-through.ts";
import { readPackets } from "../../testing/read-packets.ts";
import { nodeDriver } from "../index.ts";

const driver = nodeDriver();
let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "tatami-old-"))));
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => frameLedger.reset());

interface Case extends MuxedClipOptions {
  readonly file: string;
  readonly container: string;
  /** Codecs as the driver names them: pictures, sound, and what the sound comes out as. */
  readonly codecs: readonly [video: string, audio: string, given: string];
  /** Ticks a second. */
  readonly clock: number;
}

const cases: readonly Case[] = [
  {
    file: "a.avi",
    format: "avi",
    video: "mpeg4",
    audio: "libmp3lame",
    container: "AVI",
    codecs: ["mpeg4", "mp3", "mp3"],
    clock: 25,
  },
  {
    file: "b.avi",
    format: "avi",
    video: "mjpeg",
    audio: "pcm_s16le",
    pixelFormat: "yuvj420p",
    container: "AVI",
    codecs: ["mjpeg", "pcm-s16", "flac"],
    clock: 25,
  },
  {
    file: "c.flv",
    format: "flv",
    video: "flv",
    audio: "libmp3lame",
    container: "FLV",
    codecs: ["flv1", "mp3", "mp3"],
    clock: 1000,
  },
  {
    file: "d.flv",
    format: "flv",
    video: "libx264",
    audio: "aac",
    container: "FLV",
    codecs: ["avc", "aac", "aac"],
    clock: 1000,
  },
  {
    file: "e.wmv",
    format: "asf",
    video: "wmv2",
    audio: "wmav2",
    container: "WMV",
    codecs: ["wmv2", "wmav2", "aac"],
    clock: 1000,
  },
  {
    file: "f.3gp",
    format: "3gp",
    video: "h263",
    audio: "aac",
    container: "3GP",
    codecs: ["h263", "aac", "aac"],
    clock: 12_800,
  },
  {
    file: "g.mpg",
    format: "mpeg",
    video: "mpeg2video",
    audio: "mp2",
    container: "MPEG-PS",
    codecs: ["mpeg2video", "mp2", "aac"],
    clock: 90_000,
  },
  {
    file: "h.ts",
    format: "mpegts",
    video: "mpeg2video",
    audio: "aac",
    container: "MPEG-TS",
    codecs: ["mpeg2video", "aac", "aac"],
    clock: 90_000,
  },
];

/** The first picture's time, every picture's time from it, and the middle luma of each. */
async function readAll(
  reader: MediaReader,
  read?: Parameters<MediaReader["frames"]>[0],
): Promise<{ times: number[]; lumas: number[] }> {
  const times: number[] = [];
  const lumas: number[] = [];
  for await (const frame of reader.frames(read)) {
    const { luma } = await frame.planes();
    lumas.push(luma.data[Math.floor(luma.data.length / 2 + luma.width / 2)] ?? -1);
    times.push(frame.timestamp);
    frame.close();
  }
  return { times, lumas };
}

for (const each of cases) {
  const { file, container, codecs, clock, size = [128, 96], ...clip } = each;
  test(`${file}: ${codecs.join(", ")}`, async () => {
    const path = join(folder, file);
    const smallest = clip.video === "h263" ? ([176, 144] as const) : size;
    await makeMuxedClip(path, { ...clip, size: smallest });
    await using reader = await driver.open(path);
    const { description } = reader;
    expect(description).toMatchObject({
      container,
      video: {
        codec: codecs[0],
        width: smallest[0],
        height: smallest[1],
        bitDepth: 8,
        ticksPerSecond: clock,
      },
    });
    expect(description.video.frameRate).toBeCloseTo(25, 1);
    // FLV numbers its tracks by which packet comes first
    expect(description.tracks.map(({ kind, codec }) => `${kind} ${codec}`).toSorted()).toEqual([
      `audio ${codecs[1]}`,
      `video ${codecs[0]}`,
    ]);

    const { times, lumas } = await readAll(reader);
    expect(times).toHaveLength(25);
    for (const [index, time] of times.entries()) {
      // AVI's muxer leaves a picture out where times jitter, MPEG-PS states few: within one picture
      expect(Math.abs(time - (times[0] ?? 0) - index / 25)).toBeLessThan(0.041);
      if (index > 0) expect(time).toBeGreaterThan(times[index - 1] ?? 0);
      expect(Math.abs((lumas[index] ?? 0) - mutedLuma(index))).toBeLessThanOrEqual(2);
    }

    const { blob, encoding } = await passThrough(path);
    const kept = codecs[1] === codecs[2] ? encoding.copied : encoding.transcoded?.map(({ track }) => track);
    expect(kept?.map(({ kind }) => kind)).toEqual(["audio"]);
    await using again = await driver.open(blob);
    expect(again.description.tracks.map(({ codec }) => codec)).toEqual(["avc", codecs[2]]);
    const packets = await readPackets(blob, "audio");
    const heard = packets.map(({ timestamp }) => timestamp);
    expect(heard.every((time, index) => index === 0 || time > (heard[index - 1] ?? 0))).toBe(true);
    // one second of sound beside one second of pictures
    const shown = (await readPackets(blob, "video")).map(({ timestamp }) => timestamp);
    expect(Math.abs((heard[0] ?? 9) - Math.min(...shown))).toBeLessThan(0.07);
    expect(Math.abs((heard.at(-1) ?? 0) - Math.max(...shown))).toBeLessThan(0.13);
    expect(packets.reduce((sum, { data }) => sum + data.length, 0)).toBeGreaterThan(4000);
    expect(frameLedger.open).toBe(0);
  });

  test(`${file}: a cut begins and ends where asked`, async () => {
    await using reader = await driver.open(join(folder, file));
    const { times } = await readAll(reader);
    const [start, end] = [(times[15] ?? 0) - 0.001, (times[20] ?? 0) - 0.001];
    const cut = await readAll(reader, { start, end });
    expect(cut.times).toEqual(times.slice(15, 20));
    for (const [index, luma] of cut.lumas.entries())
      expect(Math.abs(luma - mutedLuma(15 + index))).toBeLessThanOrEqual(2);
  });
}

test("bytes, Blobs and streams are read as files are", async () => {
  const bytes = new Uint8Array(await readFile(join(folder, "a.avi")));
  const fromFile = await driver.open(join(folder, "a.avi"));
  const expected = await readAll(fromFile);
  await fromFile[Symbol.asyncDispose]();
  for (const input of [bytes, new Blob([bytes]), new Blob([bytes]).stream()]) {
    await using reader = await driver.open(input);
    expect(await readAll(reader)).toEqual(expected);
  }
  expect(frameLedger.open).toBe(0);
});

test("a stream's sound is kept while its pictures are read", async () => {
  const bytes = new Uint8Array(await readFile(join(folder, "a.avi")));
  const fromFile = await passThrough(bytes);
  const { blob, times } = await passThrough(new Blob([bytes]).stream());
  expect(times).toHaveLength(25);
  const packets = await readPackets(blob, "audio");
  expect(packets.length).toBeGreaterThan(35);
  expect(packets).toEqual(await readPackets(fromFile.blob, "audio"));
});
