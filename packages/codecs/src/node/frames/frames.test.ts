import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame, MediaDescription } from "@tatami/core";
import { createFrame, createPlane, frameLedger } from "@tatami/core";
import { afterAll, afterEach, describe, expect, it, test } from "vitest";
import { nodeDriver } from "../index.ts";
import type { NodeDriverOptions } from "../index.ts";
import { createAnimation } from "./animation.ts";
import { createRawVideo, createY4m } from "./raw-video.ts";

const folder = await mkdtemp(join(tmpdir(), "tatami-frames-"));
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => expect(frameLedger.open).toBe(0));
const size = { width: 22, height: 14 };

function mediaOf(frameRate: number | null): MediaDescription {
  const video = { frameRate, pixelAspectRatio: { numerator: 4, denominator: 3 } };
  return { video } as unknown as MediaDescription;
}

function pictureAt(timestamp: number, luma: number): Frame {
  const planes = createPlane(size);
  planes.data.fill(luma);
  const chroma = createPlane({ width: 11, height: 7 });
  chroma.data.fill(128);
  const color = { primaries: null, transfer: null, matrix: null, fullRange: false };
  return createFrame({ luma: planes, chroma: [chroma, chroma] }, { timestamp, color });
}

async function readAll(path: string, options: NodeDriverOptions = {}) {
  await using reader = await nodeDriver(options).open(path);
  const [times, lumas]: [number[], number[]] = [[], []];
  for await (const frame of reader.frames()) {
    times.push(frame.timestamp);
    lumas.push((await frame.planes()).luma.data[0]!);
    frame.close();
  }
  return { video: reader.description.video, times, lumas };
}

describe("y4m", () => {
  it.each([25, 30_000 / 1001, 23.976023976, 12.5])(
    "at %f a second is read back as it was written",
    async (rate) => {
      const path = join(folder, `${rate}.y4m`);
      const y4m = await createY4m(path, mediaOf(rate), size);
      for (let index = 0; index < 5; index++) await y4m.write(pictureAt(3 + index / rate, 40 + 20 * index));
      const { size: bytes, changed } = await y4m.finish();
      expect(changed).toEqual([]);
      expect((await readFile(path)).length).toBe(bytes);
      const { video, times, lumas } = await readAll(path);
      expect(video).toMatchObject({ ...size, pixelAspectRatio: { numerator: 4, denominator: 3 } });
      expect(lumas).toEqual([40, 60, 80, 100, 120]);
      times.forEach((time, index) => expect(time).toBeCloseTo(index / rate, 3));
    },
  );

  it("goes into a stream, tells uneven times, and leaves nothing when it is cancelled", async () => {
    const parts: Uint8Array[] = [];
    const stream = new WritableStream<Uint8Array>({ write: (part) => void parts.push(part) });
    const y4m = await createY4m(stream, mediaOf(null), size);
    for (const at of [0, 0.04, 0.3]) await y4m.write(pictureAt(at, 100));
    const { changed, size: bytes } = await y4m.finish();
    expect(changed).toMatchObject([{ kind: "times" }]);
    expect(Buffer.concat(parts).length).toBe(bytes);
    const cancelled = await createY4m(join(folder, "none.y4m"), mediaOf(25), size);
    await cancelled.write(pictureAt(0, 3));
    await cancelled.cancel();
    expect(await readdir(folder)).not.toContain("none.y4m");
    const empty = await createY4m(join(folder, "none.y4m"), mediaOf(25), size);
    await expect(empty.finish()).rejects.toMatchObject({ code: "damaged-input" });
    await empty.cancel();
    expect((await readdir(folder)).filter((name) => name.startsWith("none"))).toEqual([]);
  });

  it("a stream that nobody reads any more is one error", async () => {
    const broken = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    const stream = new WritableStream<Uint8Array>({ write: () => Promise.reject(broken) });
    const y4m = await createY4m(stream, mediaOf(25), size);
    await expect(y4m.write(pictureAt(0, 3))).rejects.toMatchObject({
      code: "output-failed",
      fix: "Keep its reader open until the end.",
    });
    await y4m.cancel();
  });
});

test("raw video without headers is its samples alone, and what they cannot say is told", async () => {
  const path = join(folder, "bare.yuv");
  const bare = await createRawVideo(path, mediaOf(25), size);
  for (let index = 0; index < 3; index++) await bare.write(pictureAt(index / 25, 40 + 20 * index));
  const { size: bytes, changed, pixelFormat } = await bare.finish();
  expect([bytes, (await readFile(path)).length, pixelFormat]).toEqual([
    3 * (22 * 14 + 2 * 11 * 7),
    bytes,
    "yuv420p",
  ]);
  expect(changed).toEqual([{ kind: "shape", message: expect.stringContaining("its pixels are 4:3") }]);
  const { lumas, times } = await readAll(path, { raw: { ...size, format: "yuv420p" } });
  expect([lumas, times]).toEqual([
    [40, 60, 80],
    [0, 0.04, 0.08],
  ]);
});

describe("an animation", () => {
  const bgra = (index: number): Uint8Array => {
    const data = new Uint8Array(4 * size.width * size.height);
    for (let at = 0; at < data.length; at += 4) data.set([30 * index, 200 - 30 * index, at % 256, 255], at);
    return data;
  };

  it("as a GIF is read back with its times and about its colours", async () => {
    const path = join(folder, "moving.gif");
    const gif = await createAnimation(path, { ...size, format: "gif" });
    for (let index = 0; index < 4; index++) await gif.write(bgra(index), index * 0.2, 0.2);
    expect(await gif.finish()).toBe((await readFile(path)).length);
    const { video, times } = await readAll(path);
    expect(video).toMatchObject(size);
    expect(times).toHaveLength(4);
    times.forEach((time, index) => expect(time).toBeCloseTo(index * 0.2, 2));
    expect((await readFile(path)).includes("NETSCAPE2.0")).toBe(true);
  });

  it("as a WebP holds each picture with its time", async () => {
    const path = join(folder, "moving.webp");
    const webp = await createAnimation(path, { ...size, format: "webp", quality: 90 });
    for (let index = 0; index < 4; index++) await webp.write(bgra(index), index * 0.2, 0.2);
    expect(await webp.finish()).toBe((await readFile(path)).length);
    const bytes = await readFile(path);
    const lasts: number[] = [];
    for (
      let at = 12;
      at + 8 <= bytes.length;
      at += 8 + bytes.readUInt32LE(at + 4) + (bytes.readUInt32LE(at + 4) & 1)
    )
      if (bytes.toString("latin1", at, at + 4) === "ANMF") lasts.push(bytes.readUIntLE(at + 8 + 12, 3));
    expect(lasts).toEqual([200, 200, 200, 200]);
  });

  it.each(["gif", "webp"] as const)("as %s keeps how long its last picture lasts", async (format) => {
    const path = join(folder, `last.${format}`);
    const animation = await createAnimation(path, { ...size, format });
    const lengths = [0.1, 0.2, 0.05, 3.5];
    let at = 2;
    // the last two are the same, which WebP makes one of
    for (const [index, length] of lengths.entries()) {
      await animation.write(bgra(Math.min(index, 2)), at, length);
      at += length;
    }
    await animation.finish();
    await using reader = await nodeDriver().open(path);
    const shown: (readonly [number, number])[] = [];
    for await (const frame of reader.frames()) {
      shown.push([frame.timestamp, frame.duration]);
      frame.close();
    }
    const [start] = shown[0]!;
    const [last, length] = shown.at(-1)!;
    expect(last + length - start).toBeCloseTo(3.85, 6);
    expect(shown[1]![0] - start).toBeCloseTo(0.1, 6);
    expect(length).toBeCloseTo(shown.length === 4 ? 3.5 : 3.55, 6);
  });

  it("that cannot be written, or is cancelled, leaves nothing", async () => {
    await expect(createAnimation(join(folder, "no/a.gif"), { ...size, format: "gif" })).rejects.toMatchObject(
      {
        code: "output-failed",
      },
    );
    const gif = await createAnimation(join(folder, "gone.gif"), { ...size, format: "gif" });
    await gif.write(bgra(0), 0, 0.1);
    await gif.cancel();
    const empty = await createAnimation(join(folder, "gone.gif"), { ...size, format: "gif" });
    await expect(empty.finish()).rejects.toMatchObject({ code: "damaged-input" });
    expect((await readdir(folder)).filter((name) => name.startsWith("gone"))).toEqual([]);
  });
});
