import { fileURLToPath } from "node:url";
import type { MediaReader } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import { beforeEach, expect, test } from "vitest";
import { nodeDriver } from "./index.ts";

const driver = nodeDriver();
const media = (name: string): string => fileURLToPath(new URL(`../testing/media/${name}`, import.meta.url));
beforeEach(() => frameLedger.reset());

async function countFrames(reader: MediaReader): Promise<number[]> {
  const times: number[] = [];
  for await (const frame of reader.frames()) {
    times.push(frame.timestamp);
    frame.close();
  }
  return times;
}

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test("10 bits are refused with the way out, and become 8 when asked", async () => {
  const error = await thrownBy(driver.open(media("ten-bit.mp4")));
  expect(TatamiError.is(error, "unsupported-feature") && error.fix).toContain("--to-sdr");
  await using reader = await driver.open(media("ten-bit.mp4"), { toSdr: true });
  expect(reader.description.video.bitDepth).toBe(10);
  let frames = 0;
  for await (const frame of reader.frames()) {
    const { luma, chroma } = await frame.planes();
    expect([luma.data.length, chroma[0].data.length]).toEqual([200 * 200, 100 * 100]);
    expect(new Set(luma.data).size).toBeGreaterThan(20);
    frame.close();
    frames++;
  }
  expect(frames).toBe(30);
  expect(frameLedger.open).toBe(0);
});

test("an encrypted track is told from a missing one", async () => {
  expect(TatamiError.is(await thrownBy(driver.open(media("encrypted.webm"))), "encrypted-input")).toBe(true);
});

test("a packet that cannot be decoded ends in one error with its place, without an unhandled rejection", async () => {
  const unhandled: unknown[] = [];
  const keep = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", keep);
  await using reader = await driver.open(media("corrupted.mp4"));
  const error = await thrownBy(countFrames(reader));
  expect(TatamiError.is(error, "damaged-input") && error.detail["framesRead"]).toBeGreaterThan(10);
  // Node tells of unhandled rejections after the microtasks of a turn.
  await new Promise(setImmediate);
  process.off("unhandledRejection", keep);
  expect(unhandled).toEqual([]);
  expect(frameLedger.open).toBe(0);
});

test("an edit list is obeyed: what it hides is not shown, and the output begins at 0", async () => {
  await using reader = await driver.open(media("edit-list.mp4"));
  const times = await countFrames(reader);
  // of 13 pictures in the file the list begins with the second (ffprobe shows 12)
  expect(times).toHaveLength(12);
  expect(times[0]).toBe(0);
  await using writer = await driver.write({ reader, size: reader.description.video });
  for await (const frame of reader.frames()) await writer.write(frame);
  const { blob } = await writer.finish();
  await using again = await driver.open(blob ?? new Blob());
  expect(await countFrames(again)).toEqual(times);
});

test("an odd-sized VP9 file is read to its last column", async () => {
  await using reader = await driver.open(media("odd-size.webm"));
  expect(reader.description.video).toMatchObject({ width: 161, height: 121 });
  for await (const frame of reader.frames()) {
    const { chroma } = await frame.planes();
    expect(chroma[1]).toMatchObject({ width: 81, height: 61 });
    frame.close();
  }
  expect(frameLedger.total).toBe(30);
});
