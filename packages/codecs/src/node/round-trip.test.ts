import type { Frame } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import { beforeEach, expect, test } from "vitest";
import { gradientStart, makeClip } from "../testing/make-clip.ts";
import { readPackets } from "../testing/read-packets.ts";
import { findMedia } from "./input/media.ts";
import { nodeDriver } from "./index.ts";

const driver = nodeDriver();
beforeEach(() => frameLedger.reset());

/** Through the driver and back, frames unchanged. */
async function passThrough(clip: Blob, encode = {}): Promise<Blob> {
  await using reader = await driver.open(clip);
  await using writer = await driver.write({ reader, size: reader.description.video, encode });
  for await (const frame of reader.frames()) await writer.write(frame);
  const { blob } = await writer.finish();
  if (!blob) throw new Error("no blob was written");
  return blob;
}

const byTime = (a: { timestamp: number }, b: { timestamp: number }): number => a.timestamp - b.timestamp;

test("irregular timestamps, and how long the last picture is shown, come out to the tick, on the input's own clock", async () => {
  const ticks = [0, 1, 1001, 1502, 9999, 10_000, 10_007, 25_000, 55_555, 90_001, 90_002, 120_000];
  const clip = await makeClip({ ticks, ticksPerSecond: 90_000, lastDuration: 7 });
  const timesOf = async (blob: Blob): Promise<number[]> =>
    (await readPackets(blob, "video")).toSorted(byTime).map(({ timestamp }) => timestamp);
  expect(await timesOf(clip)).toEqual(ticks.map((tick) => tick / 90_000));
  const result = await passThrough(clip);
  expect(await timesOf(result)).toEqual(ticks.map((tick) => tick / 90_000));
  await using again = await driver.open(result);
  expect(again.description.video.ticksPerSecond).toBe(90_000);
  // the last picture is shown as long as it was: for 7 ticks
  const track = findMedia(again)?.streams[0];
  expect(Math.round((track?.duration ?? 0) * 90_000)).toBe(120_007);
  expect(frameLedger.open).toBe(0);
});

test("every frame in is one frame out, the last included, in order", async () => {
  const clip = await makeClip({ ticks: Array.from({ length: 61 }, (_, index) => index * 1001) });
  await using reader = await driver.open(await passThrough(clip));
  const seen: number[] = [];
  for await (const frame of reader.frames()) {
    const { luma } = await frame.planes();
    seen.push(luma.data[0] ?? -1);
    frame.close();
  }
  expect(seen).toHaveLength(61);
  const errors = seen.map((value, index) => Math.abs(value - gradientStart(index)));
  expect(Math.max(...errors)).toBeLessThan(8);
});

test("audio is copied packet for packet, both tracks, with the title", async () => {
  const clip = await makeClip({ audio: ["aac", "opus"], title: "Frog" });
  const result = await passThrough(clip);
  for (const index of [0, 1]) {
    const before = await readPackets(clip, "audio", index);
    expect(before.length).toBeGreaterThan(20);
    expect(await readPackets(result, "audio", index)).toEqual(before);
  }
  await using reader = await driver.open(result);
  expect(reader.description.tracks.map(({ kind, codec, language }) => [kind, codec, language])).toEqual([
    ["video", "avc", null],
    ["audio", "aac", "deu"],
    ["audio", "opus", "deu"],
  ]);
});

test("a cut takes the frames and the audio inside it, and begins at zero", async () => {
  const clip = await makeClip({
    ticks: Array.from({ length: 30 }, (_, index) => index * 1000),
    audio: ["aac"],
  });
  await using reader = await driver.open(clip);
  const read = { start: 0.2, end: 0.6 };
  await using writer = await driver.write({ reader, size: reader.description.video, read });
  for await (const frame of reader.frames(read)) await writer.write(frame);
  const { frames, blob = new Blob() } = await writer.finish();
  expect(frames).toBe(12);
  const video = (await readPackets(blob, "video")).toSorted(byTime);
  expect(video[0]?.timestamp).toBe(0);
  expect(video.at(-1)?.timestamp).toBeCloseTo(11 / 30, 9);
  const audio = await readPackets(blob, "audio");
  expect(audio[0]?.timestamp).toBeGreaterThanOrEqual(0);
  expect(audio[0]?.timestamp).toBeLessThan(1024 / 48_000);
  expect(audio.at(-1)?.timestamp).toBeLessThan(0.4);
});

test("rotation, pixel aspect ratio and colour are carried, and what is not stated stays so", async () => {
  const color = { primaries: "bt470bg", transfer: "smpte170m", matrix: "smpte170m", fullRange: true };
  const clip = await makeClip({ rotation: 90, pixelAspectRatio: [64, 45], color });
  await using reader = await driver.open(await passThrough(clip));
  const { video } = reader.description;
  expect(video).toMatchObject({ width: 64, height: 48, rotation: 90, color });
  expect(video.pixelAspectRatio).toEqual({ numerator: 64, denominator: 45 });
  await using plain = await driver.open(await passThrough(await makeClip()));
  expect(plain.description.video.color).toMatchObject({ primaries: null, transfer: null, matrix: null });
});

test("odd sizes keep every column and row, in a codec that can", async () => {
  const clip = await makeClip({ codec: "vp9", size: { width: 17, height: 13 } });
  await using reader = await driver.open(await passThrough(clip));
  expect(reader.description.video).toMatchObject({ width: 17, height: 13 });
  let first: Frame | undefined;
  for await (const frame of reader.frames()) {
    if (first) frame.close();
    else first = frame;
  }
  const planes = await first?.planes();
  first?.close();
  expect(planes?.chroma[0]).toMatchObject({ width: 9, height: 7 });
  const plane = planes?.chroma[0];
  for (let y = 0; y < 7; y++)
    expect(Math.abs((plane?.data[y * plane.stride + 8] ?? 0) - 128)).toBeLessThan(4);
});

test("transparency passes through VP9 in WebM, and is reported where it cannot", async () => {
  const clip = await makeClip({ codec: "vp9", container: "webm", alpha: true });
  const result = await passThrough(clip, { codec: "vp9" });
  await using reader = await driver.open(result);
  expect(reader.description.video.hasAlpha).toBe(true);
  for await (const frame of reader.frames()) {
    const { alpha } = await frame.planes();
    expect(Math.abs((alpha?.data[100] ?? 0) - 128)).toBeLessThan(6);
    frame.close();
  }
  const plan = await driver.planWrite({
    reader,
    size: reader.description.video,
    encode: { container: "mp4" },
  });
  expect(plan.leftOut.map(({ reason }) => reason)).toContain("alpha-not-encodable");
});

test("500 frames hold few at a time", async () => {
  const clip = await makeClip({ ticks: Array.from({ length: 500 }, (_, index) => index * 1000) });
  frameLedger.reset();
  await passThrough(clip);
  expect(frameLedger.total).toBe(500);
  expect(frameLedger.peak).toBeLessThan(32);
  expect(frameLedger.open).toBe(0);
});
