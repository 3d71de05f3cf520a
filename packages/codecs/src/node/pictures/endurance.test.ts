/** Aborts end at once and leave nothing; thousands of frames leave no memory behind. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { MediaInput } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { makeMuxedClip } from "../../testing/make-muxed-clip.ts";
import { nodeDriver } from "../index.ts";

const driver = nodeDriver();
const frames = 3000;
let folder = "";
let path = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-long-"));
  path = join(folder, "long.avi");
  const size = [320, 240] as const;
  await makeMuxedClip(path, { format: "avi", video: "mpeg4", audio: "pcm_s16le", frames, size });
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => frameLedger.reset());

const thrownBy = (work: Promise<unknown>): Promise<unknown> => work.then(String, (error: unknown) => error);

test(`holds its memory over ${frames} frames and their sound`, async () => {
  setFlagsFromString("--expose_gc");
  const collect = runInNewContext("gc") as () => void;
  const samples: number[] = [];
  await using reader = await driver.open(path);
  const [sound] = (await reader.sound?.({ holds: [], otherwise: "aac" })) ?? [];
  const packets = sound?.packets();
  let count = 0;
  for await (const frame of reader.frames()) {
    // every other frame is closed unread, as when patches are reused
    if (count % 2 === 0) await frame.planes();
    frame.close();
    await packets?.next();
    count++;
    if (count % 100 > 0) continue;
    collect();
    samples.push(process.memoryUsage().rss);
  }
  await packets?.return();
  expect(count).toBe(frames);
  expect(frameLedger.open).toBe(0);
  expect(frameLedger.peak).toBeLessThanOrEqual(2);
  // What is kept for ever is in every later sample, so floors are compared: they may rise by a tenth of a picture
  // (320×240, 115 200 bytes) for each frame.
  const floor = (some: readonly number[]): number => Math.min(...some);
  expect(floor(samples.slice(-8)) - floor(samples.slice(5, 13))).toBeLessThan((frames / 2) * 11_520);
});

test.each<[string, (bytes: Uint8Array<ArrayBuffer>) => MediaInput]>([
  ["a Blob", (bytes) => new Blob([bytes])],
  ["a stream", (bytes) => inChunks(bytes)],
])("keeps nothing of %s that was read", async (_what, give) => {
  setFlagsFromString("--expose_gc");
  const collect = runInNewContext("gc") as () => void;
  const bytes = new Uint8Array(await readFile(path));
  await using reader = await driver.open(give(bytes));
  const samples: number[] = [];
  let count = 0;
  for await (const frame of reader.frames()) {
    frame.close();
    count++;
    if (count % 100 > 0) continue;
    collect();
    samples.push(process.memoryUsage().arrayBuffers);
  }
  expect(count).toBe(frames);
  const floor = (some: readonly number[]): number => Math.min(...some);
  const grown = floor(samples.slice(-8)) - floor(samples.slice(5, 13));
  // half of the frames lie between, and so do half of the bytes
  expect(grown).toBeLessThan(bytes.length / 20);
});

test("an abort between frames is thrown as it is", async () => {
  const abort = new AbortController();
  const reason = new Error("enough");
  await using reader = await driver.open(path);
  const read = async (): Promise<void> => {
    let count = 0;
    for await (const frame of reader.frames({ signal: abort.signal })) {
      frame.close();
      count++;
      if (count === 10) abort.abort(reason);
    }
  };
  expect(await thrownBy(read())).toBe(reason);
  expect(frameLedger.open).toBe(0);
});

test("disposing of a reader while its frames are read ends them", async () => {
  const reader = await driver.open(path);
  let count = 0;
  const read = async (): Promise<void> => {
    for await (const frame of reader.frames({ onDamaged: () => undefined })) {
      frame.close();
      count++;
      if (count === 10) await reader[Symbol.asyncDispose]();
    }
  };
  await read();
  expect(count).toBeLessThan(frames);
  expect(String(await thrownBy(reader.frames().next()))).toContain("was closed");
  expect(frameLedger.open).toBe(0);
});

test("a server that says nothing is left within a second of an abort", async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    for (const address of [
      `rtsp://127.0.0.1:${port}/x`,
      `rtmp://127.0.0.1:${port}/a/x`,
      `http://127.0.0.1:${port}/x.m3u8`,
    ]) {
      const reason = new Error("enough");
      const abort = new AbortController();
      const before = sockets.size;
      const opening = thrownBy(driver.open(address, { signal: abort.signal }));
      await expect.poll(() => sockets.size, { timeout: 20_000 }).toBeGreaterThan(before);
      const start = performance.now();
      abort.abort(reason);
      expect(await opening).toBe(reason);
      expect(performance.now() - start).toBeLessThan(1000);
    }
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

/** A stream of these bytes, each chunk in memory of its own. */
function inChunks(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += 20_000)));
      else controller.close();
    },
  });
}

/** A stream that gives `bytes` and then neither more nor an end. */
function stalling(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(bytes),
    pull: () => new Promise(() => undefined),
  });
}

test("a stream that stalls is left within a second of an abort, while it is opened and while it is read", async () => {
  const reason = new Error("enough");
  const opening = new AbortController();
  const opened = thrownBy(driver.open(stalling(new Uint8Array([1])), { signal: opening.signal }));
  await new Promise(setImmediate);
  let start = performance.now();
  opening.abort(reason);
  expect(await opened).toBe(reason);
  expect(performance.now() - start).toBeLessThan(1000);

  const half = (await readFile(path)).subarray(0, 8_000_000);
  await using reader = await driver.open(stalling(half));
  const reading = new AbortController();
  let [count, seen] = [0, -1];
  const read = async (): Promise<void> => {
    for await (const frame of reader.frames({ signal: reading.signal })) {
      frame.close();
      count++;
    }
  };
  const done = thrownBy(read());
  // Until nothing has come between two looks.
  await vi.waitUntil(
    () => {
      const stalled = count > 0 && count === seen;
      seen = count;
      return stalled;
    },
    { interval: 100, timeout: 20_000 },
  );
  start = performance.now();
  reading.abort(reason);
  expect(await done).toBe(reason);
  expect(performance.now() - start).toBeLessThan(1000);
  expect(frameLedger.open).toBe(0);
});
