/** Places that cannot be decoded are told and passed over, or end reading; files that break off say so. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Damage, MediaInput, ReadOptions } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeMuxedClip } from "../../../testing/make-muxed-clip.ts";
import { passThrough } from "../../../testing/pass-through.ts";
import { readPackets } from "../../../testing/read-packets.ts";
import { nodeDriver } from "../../index.ts";

const driver = nodeDriver();
let folder = "";
let clip = new Uint8Array();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-damage-"));
  const path = join(folder, "whole.avi");
  await makeMuxedClip(path, { format: "avi", video: "mjpeg", pixelFormat: "yuvj420p", frames: 100 });
  clip = new Uint8Array(await readFile(path));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => frameLedger.reset());

/** The clip with the pictures of these numbers made unreadable. */
function spoil(numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  const spoilt = Buffer.from(clip);
  let at = spoilt.indexOf("movi");
  for (let index = 0; index <= Math.max(...numbers); index++) {
    at = spoilt.indexOf("00dc", at + 4);
    if (numbers.includes(index)) spoilt.fill(0, at + 8, at + 8 + spoilt.readUInt32LE(at + 4));
  }
  return new Uint8Array(spoilt);
}

async function readTimes(input: MediaInput, options?: ReadOptions): Promise<number[]> {
  await using reader = await driver.open(input);
  const times: number[] = [];
  for await (const frame of reader.frames(options)) {
    times.push(frame.timestamp);
    frame.close();
  }
  return times;
}

const thrownBy = (work: Promise<unknown>): Promise<unknown> => work.then(String, (error: unknown) => error);

test("what cannot be decoded is passed over and told, with its place", async () => {
  const damage: Damage[] = [];
  const times = await readTimes(spoil([30, 31, 60]), { onDamaged: (each) => damage.push(each) });
  expect(times).toHaveLength(97);
  expect(damage.map(({ seconds, frames }) => [seconds, frames])).toEqual([
    [1.2, 1],
    [1.24, 1],
    [2.4, 1],
  ]);
  expect(damage[0]?.message).toContain("1.200 s");
  // the others stay where they were
  expect(times.slice(29, 31)).toEqual([1.16, 1.28]);
  expect(frameLedger.open).toBe(0);
});

test("with nobody to tell, the first such place ends reading", async () => {
  const error = await thrownBy(readTimes(spoil([30, 60])));
  expect(TatamiError.is(error, "damaged-input") && error.detail).toEqual({ seconds: 1.2, framesRead: 30 });
});

test("only the cut's own damage counts", async () => {
  const damage: Damage[] = [];
  const onDamaged = (each: Damage): void => void damage.push(each);
  expect(await readTimes(spoil([10, 60]), { start: 2, end: 3, onDamaged })).toHaveLength(24);
  expect(damage.map(({ seconds }) => seconds)).toEqual([2.4]);
});

test("a first picture that cannot be decoded is passed over like any other", async () => {
  const damage: Damage[] = [];
  const times = await readTimes(spoil([0]), { onDamaged: (each) => damage.push(each) });
  expect([times.length, times[0], damage.length]).toEqual([99, 0.04, 1]);
});

test("where no picture can be decoded, the input is refused when it is opened", async () => {
  const all = Array.from({ length: 100 }, (_, index) => index);
  expect(TatamiError.is(await thrownBy(driver.open(spoil(all))), "damaged-input")).toBe(true);
});

test("a file that breaks off is told of", async () => {
  const path = join(folder, "cut.avi");
  await writeFile(path, clip.subarray(0, clip.length * 0.6));
  const damage: Damage[] = [];
  const times = await readTimes(path, { onDamaged: (each) => damage.push(each) });
  expect(times.length).toBeGreaterThan(40);
  expect(times.length).toBeLessThan(70);
  expect(damage.at(-1)?.seconds).toBeCloseTo((times.at(-1) ?? 0) + 0.04, 1);
  expect(TatamiError.is(await thrownBy(readTimes(path)), "damaged-input")).toBe(true);
});

test("what is not there, no media, a folder or empty is refused by name", async () => {
  const codeOf = async (input: MediaInput): Promise<unknown> => {
    const error = await thrownBy(driver.open(input));
    return TatamiError.is(error) ? error.code : error;
  };
  await writeFile(join(folder, "text.avi"), "no film at all, but rather a text".repeat(100));
  expect(await codeOf(join(folder, "nowhere.avi"))).toBe("input-not-found");
  expect(await codeOf(join(folder, "text.avi"))).toBe("unsupported-container");
  expect(await codeOf(folder)).toBe("unsupported-container");
  expect(await codeOf(new Uint8Array())).toBe("unsupported-container");
  expect(await codeOf(join(folder, "%04d.png"))).toBe("input-not-found");
});

test("what is locked is told from what is damaged", async () => {
  const path = join(folder, "open.wmv");
  await makeMuxedClip(path, { format: "asf", video: "wmv2" });
  const wmv = await readFile(path);
  // the identifier of a Content Encryption object, where a header would have it
  Buffer.from("fbb3112223bdd211b4b700a0c955fc6e", "hex").copy(wmv, wmv.length - 200);
  const webm = fileURLToPath(new URL("../../../testing/media/encrypted.webm", import.meta.url));
  for (const input of [new Uint8Array(wmv), webm])
    expect(TatamiError.is(await thrownBy(driver.open(input)), "encrypted-input")).toBe(true);
  expect(await readTimes(path)).toHaveLength(25);
});

test.each([
  ["back", 0],
  ["forward by an hour", 3600],
])("a recording whose clock was set %s goes on in time, picture and sound", async (_how, seconds) => {
  const recording = { format: "mpegts", video: "mpeg2video", audio: "mp2", frames: 100 };
  await makeMuxedClip(join(folder, "one.ts"), recording);
  const muxer = { output_ts_offset: String(seconds) };
  await makeMuxedClip(join(folder, "other.ts"), { ...recording, muxer });
  const parts = await Promise.all(["one.ts", "other.ts"].map((name) => readFile(join(folder, name))));
  const twice = new Blob(parts.map((part) => new Uint8Array(part)));
  const times = await readTimes(twice, { onDamaged: () => undefined });
  expect(times).toHaveLength(200);
  for (const [index, time] of times.entries())
    expect(Math.abs(time - (times[0] ?? 0) - index / 25)).toBeLessThan(0.05);
  const { blob, changed } = await passThrough(twice);
  expect(changed).toContainEqual({ kind: "times", message: expect.stringContaining("clock") });
  const heard = (await readPackets(blob, "audio")).map(({ timestamp }) => timestamp);
  expect(heard.every((time, index) => index === 0 || time > (heard[index - 1] ?? 0))).toBe(true);
  expect(Math.abs((heard.at(-1) ?? 0) - (times.at(-1) ?? 0))).toBeLessThan(0.2);
});
