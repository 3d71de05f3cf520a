import type { Container, MediaOutput, ReadOptions } from "@tatami/core";
import { expect, test } from "vitest";
import { makeClip } from "../../../testing/make-clip.ts";
import type { Chapter } from "../../input/chapters.ts";
import { parseChapters } from "../../input/chapters.ts";
import { findMedia } from "../../input/media.ts";
import { nodeDriver } from "../../index.ts";

// Version 1, four reserved bytes, a count, then each chapter: 8 bytes of 100 ns, and its title's length.
const chapter = (tenths: number, title: string): number[] => {
  const start = new DataView(new ArrayBuffer(8));
  start.setBigUint64(0, BigInt(tenths) * 1_000_000n);
  return [...new Uint8Array(start.buffer), title.length, ...new TextEncoder().encode(title)];
};
const list = Uint8Array.from([
  1,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  2,
  ...chapter(0, "Arrival"),
  ...chapter(2, "Tea: two"),
]);
const driver = nodeDriver();

async function copy(clip: Blob, container: Container, read: ReadOptions = {}, output?: MediaOutput) {
  await using reader = await driver.open(clip);
  const size = { width: 64, height: 48 };
  const init = { reader, size, encode: { container }, read, ...(output ? { output } : {}) };
  await using writer = await driver.write(init);
  for await (const frame of reader.frames(read)) await writer.write(frame);
  const { blob } = await writer.finish();
  return { blob: blob ?? new Blob(), encoding: writer.encoding };
}

async function chaptersOf(blob: Blob): Promise<readonly Chapter[]> {
  await using reader = await driver.open(blob);
  return findMedia(reader)!.chapters;
}

const mp4 = await makeClip({ chapterList: list, title: "A day" });
const { blob: mkv } = await copy(mp4, "mkv");

test.each([
  ["MP4 to MP4", mp4, "mp4"],
  ["MP4 to MOV", mp4, "mov"],
  ["MP4 to Matroska", mp4, "mkv"],
  ["Matroska to Matroska", mkv, "mkv"],
  ["Matroska to MP4", mkv, "mp4"],
] as const)("chapters go from %s, and all frames stay readable", async (_what, clip, container) => {
  const { blob, encoding } = await copy(clip, container);
  expect(encoding.copied).toContainEqual(expect.objectContaining({ kind: "chapters" }));
  expect(encoding.leftOut).toEqual([]);
  const found = await chaptersOf(blob);
  expect(found.map(({ start, title }) => [start, title])).toEqual([
    [0, "Arrival"],
    [0.2, "Tea: two"],
  ]);
  await using reader = await driver.open(blob);
  let frames = 0;
  for await (const frame of reader.frames()) {
    frame.close();
    frames++;
  }
  expect(frames).toBe(12);
});

test("chapters of a cut begin with it", async () => {
  const { blob } = await copy(mp4, "mp4", { start: 0.1, end: 0.3 });
  const found = await chaptersOf(blob);
  expect(found.map(({ start, title }) => [expect.closeTo(start, 6), title])).toEqual([
    [0, "Arrival"],
    [expect.closeTo(0.1, 6), "Tea: two"],
  ]);
});

test("a stream, which cannot be changed once written, loses them and says so", async () => {
  const { encoding } = await copy(mp4, "mp4", {}, new WritableStream<Uint8Array>());
  expect(encoding.copied.filter(({ kind }) => kind === "chapters")).toEqual([]);
  expect(encoding.leftOut).toEqual([
    expect.objectContaining({ track: expect.objectContaining({ kind: "chapters" }) }),
  ]);
});

test("titles are read from FFmpeg's words whatever stands beside them", () => {
  const said = `Input #0, matroska, from '':
  Metadata:
    title           : The film
  Chapters:
    Chapter #0:0: start 1.400000, end 2.900000
      Metadata:
        title           : One: two
    Chapter #0:1: start 2.900000, end 3.400000
  Stream #0:0: Video: h264
    Metadata:
      title           : Main view
`;
  expect(parseChapters(said, 1.4)).toEqual([
    { start: 0, end: 1.5, title: "One: two" },
    { start: 1.5, end: 2, title: "" },
  ]);
});
