/** Files of old cameras and recorders, read by FFmpeg's core in a real page: isolated, where it streams, and not. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Damage } from "@tatami/core";
import type { MuxedClipOptions } from "@tatami/codecs/testing";
import { makeMuxedClip, mutedLuma } from "@tatami/codecs/testing";
import { afterAll, beforeAll, describe, expect, inject, it, test } from "vitest";
import { sampleMemory } from "../../support/browser/page-memory.ts";
import { serveFolder } from "../../support/browser/serve-folder.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";
import type { Reading, ReadingOptions, SoundReading } from "../pages/ffmpeg-core/main.ts";

const chromium = inject("chromium");

interface Clip extends MuxedClipOptions {
  readonly container: string;
  /** In the order of the file. */
  readonly codecs: readonly string[];
  /** Twenty-fifths of a second at which a picture is shown, where FFmpeg's muxer leaves a gap. @defaultValue its number */
  readonly tickOf?: (index: number) => number;
}

const clips: Readonly<Record<string, Clip>> = {
  "divx.avi": {
    format: "avi",
    video: "mpeg4",
    audio: "libmp3lame",
    frames: 60,
    container: "AVI",
    codecs: ["mpeg4", "mp3"],
    tickOf: (index) => (index === 0 ? 0 : index + 1),
  },
  "camera.avi": {
    format: "avi",
    video: "mjpeg",
    audio: "pcm_s16le",
    pixelFormat: "yuvj420p",
    container: "AVI",
    codecs: ["mjpeg", "pcm-s16"],
  },
  "clip.flv": {
    format: "flv",
    video: "flv",
    audio: "libmp3lame",
    container: "FLV",
    codecs: ["mp3", "flv1"],
  },
  "clip.wmv": {
    format: "asf",
    video: "wmv2",
    audio: "wmav2",
    container: "WMV",
    codecs: ["wmv2", "wmav2"],
  },
  // more pictures than are held at once where the core cannot wait, between few key frames
  "large.avi": {
    format: "avi",
    video: "mpeg4",
    frames: 180,
    size: [640, 480],
    container: "AVI",
    codecs: ["mpeg4"],
  },
  // 345 MB of pictures
  "long.avi": {
    format: "avi",
    video: "mpeg4",
    frames: 3000,
    size: [320, 240],
    container: "AVI",
    codecs: ["mpeg4"],
  },
  "fields.mpg": {
    format: "mpeg",
    video: "mpeg2video",
    interlaced: true,
    frames: 30,
    draw: drawMovingField,
    container: "MPEG-PS",
    codecs: ["mpeg2video"],
  },
};

// a bar that moves between the two fields of a picture, which are taken one after the other
function drawMovingField(planes: readonly Uint8Array[], strides: readonly number[], index: number): void {
  const [luma] = planes;
  const stride = strides[0] ?? 0;
  for (let y = 0; y < 96; y++) {
    const left = 8 + ((2 * (2 * index + (y % 2))) % 90);
    luma?.fill(60, y * stride, y * stride + 128);
    luma?.fill(200, y * stride + left, y * stride + left + 24);
  }
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-core-"));
  for (const [name, clip] of Object.entries(clips)) await makeMuxedClip(join(folder, name), clip);
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(chromium === "").each([true, false])("a page that is isolated: %s", (isolated) => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "ffmpeg-core", "readFile", { isolated });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const choose = (name: string): Promise<void> => served.page.setInputFiles("#file", join(folder, name));
  const read = async (name: string, options: ReadingOptions = {}): Promise<Reading> => {
    await choose(name);
    const reading = await served.call<Reading>("readFile", options);
    expect(reading.isolated).toBe(isolated);
    expect(reading.openFrames).toBe(0);
    await expectNoWorkers();
    return reading;
  };
  // the browser says a moment later that they have ended
  const expectNoWorkers = (): Promise<void> => expect.poll(() => served.page.workers().length).toBe(0);

  // what hangs on no shared memory is tried once
  const once = ["camera.avi", "clip.wmv", "large.avi"];
  it.each(["divx.avi", "clip.flv", ...(isolated ? once : [])])("reads %s", async (name) => {
    const { container, codecs, frames = 25, size = [128, 96], tickOf = (index) => index } = clips[name]!;
    const { description, timestamps, durations, means, error } = await read(name);
    expect(error).toBeUndefined();
    expect(description?.container).toBe(container);
    expect(description?.tracks.map(({ codec }) => codec)).toEqual(codecs);
    expect(description?.video).toMatchObject({ width: size[0], height: size[1], bitDepth: 8, rotation: 0 });
    expect(timestamps).toHaveLength(frames);
    for (const [index, timestamp] of timestamps.entries()) {
      // FLV and WMV count milliseconds
      expect(timestamp - timestamps[0]!).toBeCloseTo(tickOf(index) / 25, name.endsWith(".avi") ? 9 : 2);
      expect(durations[index]).toBeCloseTo((tickOf(index + 1) - tickOf(index)) / 25, 2);
      expect(Math.abs(means[index]! - mutedLuma(index))).toBeLessThan(4);
    }
  });

  it("reads a part, and no more of it than was taken", async () => {
    const { timestamps, means, error } = await read("divx.avi", { start: 0.5, end: 1 });
    expect(error).toBeUndefined();
    expect(timestamps.map((timestamp) => Math.round(timestamp * 25))).toEqual(
      Array.from({ length: 12 }, (_, index) => 13 + index),
    );
    expect(Math.abs(means[0]! - mutedLuma(12))).toBeLessThan(4);
    // a container that does not know where its key frames are
    const whole = await read("fields.mpg");
    const part = await read("fields.mpg", { start: whole.timestamps[20]! });
    expect(part.timestamps).toEqual(whole.timestamps.slice(20));
    expect(part.means).toEqual(whole.means.slice(20));
    const left = await read("large.avi", { leaveAfter: 2 });
    expect([left.timestamps.length, left.error]).toEqual([2, undefined]);
  });

  it("holds few pictures at a time, however many there are", async () => {
    await choose("long.avi");
    const reading = served.call<Reading>("readFile", {});
    const samples = await sampleMemory(served.page, reading);
    expect((await reading).timestamps).toHaveLength(3000);
    // the least of a stretch: what is kept is in every sample, what is not swept yet in some
    const least = (from: number, to: number): number =>
      Math.min(...samples.slice(from * samples.length, to * samples.length));
    expect(samples.length).toBeGreaterThan(12);
    expect(least(0.75, 1) - least(0.25, 0.5)).toBeLessThan(48 * 2 ** 20);
    await expectNoWorkers();
  });

  it("ends with an abort's reason, and nothing of it is left", async () => {
    const { timestamps, error } = await read("large.avi", { abortAfter: 3 });
    expect([timestamps.length, error]).toEqual([3, "enough"]);
    await choose("clip.wmv");
    expect(await served.call("abortSound")).toBe("enough");
    await expectNoWorkers();
  });

  it("tells the place of damage and reads on, or ends there", async () => {
    const bytes = await readFile(join(folder, "divx.avi"));
    let chunk = bytes.indexOf("movi");
    for (let index = 0; index < 30; index++) chunk = bytes.indexOf("00dc", chunk + 4);
    bytes.fill(0x55, chunk + 8, chunk + 8 + bytes.readUInt32LE(chunk + 4));
    await writeFile(join(folder, "damaged.avi"), bytes);
    const tolerant = await read("damaged.avi", { tolerant: true });
    expect(tolerant.error).toBeUndefined();
    expect(tolerant.damaged).toHaveLength(1);
    const [{ seconds, frames, message }] = tolerant.damaged as [Damage];
    // one of the chunks before is empty: pictures and ticks are counted alike
    expect(seconds).toBeCloseTo(29 / 25, 6);
    expect(tolerant.timestamps).toHaveLength(60 - frames!);
    expect(message).toMatch(/^The video cannot be decoded at 1\.\d/);
    expect(tolerant.timestamps.at(-1)).toBeCloseTo(60 / 25, 6);
    const strict = await read("damaged.avi");
    expect(strict.error).toMatch(/^damaged-input: /);
    expect(strict.timestamps.length).toBeLessThan(60);
  });

  if (!isolated) return;

  it("makes whole pictures of interlaced ones unless told otherwise", async () => {
    const whole = await read("fields.mpg");
    const asTheyAre = await read("fields.mpg", { deinterlace: "off" });
    expect(whole.timestamps).toHaveLength(30);
    expect(whole.timestamps).toEqual(asTheyAre.timestamps);
    const mean = ({ combing }: Reading): number => combing.reduce((sum, value) => sum + value, 0) / 30;
    expect(mean(whole)).toBeLessThan(mean(asTheyAre) / 3);
  });

  it("tells of an AVI that ends before its pictures do", async () => {
    const bytes = await readFile(join(folder, "divx.avi"));
    await writeFile(join(folder, "cut.avi"), bytes.subarray(0, bytes.length / 2));
    const { timestamps, damaged, error } = await read("cut.avi", { tolerant: true });
    expect(error).toBeUndefined();
    expect(timestamps.length).toBeLessThan(40);
    expect(damaged.at(-1)?.seconds).toBeCloseTo(timestamps.at(-1)! + 1 / 25, 6);
    expect(damaged.at(-1)?.frames).toBe(61 - Math.round(timestamps.at(-1)! * 25) - 1);
    expect((await read("cut.avi")).error).toMatch(/^damaged-input: /);
  });

  it("hands the sound over as it is, or encoded anew", async () => {
    await choose("divx.avi");
    const [kept] = await served.call<SoundReading[]>("readSound", {});
    expect(kept).toMatchObject({ input: "mp3", codec: "mp3", config: "mp3 44100 1" });
    expect(kept!.seconds).toBeCloseTo(2.4, 0);
    for (const [index, timestamp] of kept!.timestamps.entries())
      expect(timestamp - kept!.timestamps[0]!).toBeCloseTo((index * 1152) / 44_100, 6);
    await choose("clip.wmv");
    const [encoded] = await served.call<SoundReading[]>("readSound", {});
    expect(encoded).toMatchObject({ input: "wmav2", codec: "aac", config: "mp4a.40.2 44100 1" });
    expect(encoded!.onset).toBeLessThan(0.15);
    const [opus] = await served.call<SoundReading[]>("readSound", { otherwise: "opus", start: 0.5 });
    expect(opus).toMatchObject({ codec: "opus" });
    expect(opus!.timestamps[0]).toBeGreaterThanOrEqual(0.5);
    expect(opus!.timestamps[0]).toBeLessThan(0.53);
    await expectNoWorkers();
  });

  it("says how to get a core that is not there, and what is no video", async () => {
    await choose("divx.avi");
    expect(await served.call("openWithout")).toEqual([
      "missing-package",
      expect.stringMatching(/@ffmpeg\/core.*coreURL/),
    ]);
    await writeFile(join(folder, "letter.txt"), "Dear reader, this is not a video. ".repeat(99));
    const { error } = await read("letter.txt");
    expect(error).toMatch(/^unsupported-container: /);
  });
});

test.skipIf(chromium === "")("the core with threads reads the same pictures, and ends them all", async () => {
  await using served = await openServedPage(chromium, "ffmpeg-core", "readFile", { isolated: true });
  // as they are: a development server would rewrite its worker's file
  await using files = await serveFolder(
    fileURLToPath(new URL("../../../node_modules/@ffmpeg/core-mt/dist/esm", import.meta.url)),
    { "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin" },
  );
  const threads = `${files.url}/ffmpeg-core.js`;
  await served.page.setInputFiles("#file", join(folder, "large.avi"));
  const expected = await served.call<Reading>("readFile", {});
  const seen = await served.call<Reading>("readFile", { threads });
  expect(seen.error).toBeUndefined();
  expect(seen.timestamps).toEqual(expected.timestamps);
  expect(seen.means).toEqual(expected.means);
  const aborted = await served.call<Reading>("readFile", { threads, abortAfter: 3 });
  expect([aborted.error, aborted.timestamps.length, aborted.openFrames]).toEqual(["enough", 3, 0]);
  await expect.poll(() => served.page.workers().length).toBe(0);
});
