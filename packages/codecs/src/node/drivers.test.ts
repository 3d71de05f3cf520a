/** The codec contract in Node. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MediaInput, ReadOptions } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { gradientStart, makeClip } from "../testing/make-clip.ts";
import { readPackets } from "../testing/read-packets.ts";
import { nodeDriver } from "./index.ts";

const ticks = [0, 1000, 2000, 2500, 4001, 5000, 9000, 10_000, 10_500, 12_000, 13_000, 14_000];
const times = ticks.map((tick) => tick / 30_000);
let folder: string;
let path: string;
let clip: Blob;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-contract-"));
  path = join(folder, "clip.mp4");
  clip = await makeClip({ ticks, audio: ["aac"] });
  await writeFile(path, new Uint8Array(await clip.arrayBuffer()));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => frameLedger.reset());

const driver = nodeDriver();

describe("the contract of the driver in Node", () => {
  async function read(input: MediaInput, options?: ReadOptions) {
    await using reader = await driver.open(input);
    const seen: { readonly time: number; readonly first: number }[] = [];
    for await (const frame of reader.frames(options)) {
      const { luma } = await frame.planes();
      seen.push({ time: frame.timestamp, first: luma.data[0] ?? -1 });
      frame.close();
    }
    expect(frameLedger.open).toBe(0);
    return seen;
  }

  const timesOf = async (options?: ReadOptions): Promise<number[]> =>
    (await read(path, options)).map(({ time }) => time);

  it("says what is in a file", async () => {
    await using reader = await driver.open(path);
    const { video, tracks, duration } = reader.description;
    expect(video).toMatchObject({ width: 64, height: 48, rotation: 0, bitDepth: 8, hasAlpha: false });
    expect(tracks.map(({ kind }) => kind)).toEqual(["video", "audio"]);
    expect(duration).toBeGreaterThan(times.at(-1) ?? 0);
  });

  it("gives every frame, in order, at its own time, from a path and from memory", async () => {
    const bytes = new Uint8Array(await clip.arrayBuffer());
    for (const input of [path, clip, bytes, bytes.buffer, clip.stream()]) {
      const seen = await read(input);
      expect(seen.map(({ time }) => time)).toEqual(times.map((time) => expect.closeTo(time, 6)));
      const errors = seen.map(({ first }, index) => Math.abs(first - gradientStart(index)));
      expect(Math.max(...errors)).toBeLessThan(8);
    }
  });

  it("cuts by time: from the first frame at the start to the last before the end", async () => {
    const close = (some: readonly number[]) => some.map((time) => expect.closeTo(time, 6));
    expect(await timesOf({ start: 0.1 })).toEqual(close(times.filter((time) => time >= 0.1)));
    expect(await timesOf({ end: 0.3 })).toEqual(close(times.filter((time) => time < 0.3)));
    expect(await timesOf({ start: 5 })).toEqual([]);
    await expect(timesOf({ start: 2, end: 1 })).rejects.toMatchObject({ code: "invalid-option" });
  });

  it("begins with the key frame before the start where it may", async () => {
    const seen = await timesOf({ start: 0.31, atKeyFrame: true });
    const whole = times.map((time) => expect.closeTo(time, 6));
    expect(seen).toEqual(whole.slice(times.length - seen.length));
    expect(seen[0]).toBeLessThanOrEqual(0.31);
  });

  it("throws the reason of an abort as it is, before and while it reads, and keeps nothing", async () => {
    const reason = new Error("enough");
    await expect(driver.open(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    await using reader = await driver.open(path);
    const reading = (async () => {
      for await (const frame of reader.frames({ signal: controller.signal })) {
        frame.close();
        controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(frameLedger.open).toBe(0);
  });

  it("is left in the middle without a frame open", async () => {
    await using reader = await driver.open(path);
    for await (const frame of reader.frames()) {
      frame.close();
      break;
    }
    expect(frameLedger.open).toBe(0);
  });

  it.each([
    ["nothing.mp4", "input-not-found"],
    [".", "unsupported-container"],
    ["text.mp4", "unsupported-container"],
  ])("refuses %s with %s and a fix", async (name, code) => {
    await writeFile(join(folder, "text.mp4"), "no video ".repeat(100));
    const error: unknown = await driver.open(join(folder, name)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(TatamiError.is(error) && error.code).toBe(code);
    expect(TatamiError.is(error) && error.fix).toMatch(/\w/);
  });

  it("refuses options it does not know", async () => {
    await expect(driver.open(path, { toSDR: true } as object)).rejects.toMatchObject({
      code: "invalid-option",
    });
  });

  it("writes what it read, its sound packet for packet", async () => {
    await using reader = await driver.open(path);
    await using writer = await driver.write({ reader, size: reader.description.video });
    for await (const frame of reader.frames()) await writer.write(frame);
    const { blob, frames } = await writer.finish();
    expect(frames).toBe(ticks.length);
    const written = await readPackets(blob ?? new Blob(), "video");
    const shown = written.map(({ timestamp }) => timestamp).toSorted((a, b) => a - b);
    expect(shown).toEqual(times.map((time) => expect.closeTo(time, 6)));
    const sound = (packets: Awaited<ReturnType<typeof readPackets>>) => packets.map(({ data }) => data);
    expect(sound(await readPackets(blob ?? new Blob(), "audio"))).toEqual(
      sound(await readPackets(clip, "audio")),
    );
  });
});
