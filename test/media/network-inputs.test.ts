/** What is no file: cameras, playlists, numbered pictures, standard input, all on this machine. */

import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import type { Damage, MediaInput, MediaReader, OpenOptions, ReadOptions } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bunnyClip } from "../support/clips.ts";
import { tatami } from "../support/command-line.ts";
import { readVideo } from "../support/read-video.ts";
import { remux } from "../support/remux.ts";
import { startRtmpServer } from "../support/rtmp-server.ts";
import { startRtspServer } from "../support/rtsp-server.ts";
import { serveFolder } from "../support/browser/serve-folder.ts";

const driver = nodeDriver({ giveUpAfter: 3 });
let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "tatami-network-"))));
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => frameLedger.reset());

/** Times of the frames; pictures looked at now and then are not black. */
async function readTimes(
  reader: MediaReader,
  options: ReadOptions = {},
  onFrame?: (count: number) => void,
): Promise<number[]> {
  const times: number[] = [];
  for await (const frame of reader.frames(options)) {
    times.push(frame.timestamp);
    if (times.length % 20 === 1)
      expect((await frame.planes()).luma.data.some((luma) => luma > 20)).toBe(true);
    frame.close();
    onFrame?.(times.length);
  }
  return times;
}

/** Writes what is read, pictures as they are. @returns their times, and those of the sound that was written. */
async function record(
  reader: MediaReader,
  read: ReadOptions = {},
  onFrame?: (count: number) => void,
): Promise<{ readonly times: readonly number[]; readonly heard: readonly number[] }> {
  await using writer = await driver.write({ reader, size: reader.description.video, read });
  const times: number[] = [];
  for await (const frame of reader.frames(read)) {
    times.push(frame.timestamp);
    if (times.length % 20 === 1)
      expect((await frame.planes()).luma.data.some((luma) => luma > 20)).toBe(true);
    await writer.write(frame);
    onFrame?.(times.length);
  }
  const { blob = new Blob() } = await writer.finish();
  expect(writer.encoding.copied.map(({ codec }) => codec)).toEqual(["aac"]);
  const { audio } = await readVideo(new Uint8Array(await blob.arrayBuffer()));
  return { times, heard: audio.flatMap(({ packets }) => packets.map(({ timestamp }) => timestamp)) };
}

async function readAll(input: MediaInput, options?: OpenOptions): Promise<number[]> {
  await using reader = await driver.open(input, options);
  // awaited here: the reader is disposed of on return
  return await readTimes(reader);
}

const isRising = (times: readonly number[]): boolean =>
  times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0));

const thrownBy = (work: Promise<unknown>): Promise<unknown> => work.then(String, (error: unknown) => error);

test.each(["RTSP", "FLV"])(
  "a live source (%s) that drops its connection is read on, its time going on and the gap told",
  async (container) => {
    if (container === "FLV") await remux(bunnyClip, join(folder, "live.flv"), "flv");
    await using camera = await (container === "RTSP"
      ? startRtspServer(bunnyClip)
      : startRtmpServer(join(folder, "live.flv")));
    await using reader = await driver.open(camera.url);
    expect(reader.description).toMatchObject({
      container,
      duration: Infinity,
      video: { codec: "avc", width: 320, height: 180 },
    });
    // the picture that was on its way is damaged too, where it was sent in part
    const damage: Damage[] = [];
    const onDamaged = (each: Damage): void =>
      void (each.message.includes("opened again") && damage.push(each));
    const { times, heard } = await record(reader, { end: 12, onDamaged }, (count) => {
      if (count === 70) camera.drop();
    });
    expect(camera.plays).toBe(2);
    expect(times[0]).toBeLessThan(0.2);
    expect([isRising(times), isRising(heard)]).toEqual([true, true]);
    expect(times.length).toBeGreaterThan(100);
    expect(damage).toHaveLength(1);
    // the gap is where it was told, and lasted a while
    const seconds = (damage[0]?.seconds ?? 0) + 0.001;
    const [before = 0, after = 0] = [
      times.findLast((time) => time <= seconds),
      times.find((time) => time > seconds),
    ];
    expect(after - before).toBeGreaterThan(0.25);
    // sound goes on with the pictures
    expect(heard.filter((time) => time >= after).length).toBeGreaterThan(5);
    expect(frameLedger.open).toBe(0);
  },
);

test("a camera that does not come back is given up, after what it sent", async () => {
  const camera = await startRtspServer(bunnyClip);
  await using reader = await driver.open(camera.url);
  const times: number[] = [];
  const read = async (): Promise<void> => {
    // the picture that was on its way when the connection broke off is damaged
    for await (const frame of reader.frames({ onDamaged: () => undefined })) {
      times.push(frame.timestamp);
      frame.close();
      if (times.length === 40) await camera[Symbol.asyncDispose]();
    }
  };
  const error = await thrownBy(read());
  expect(TatamiError.is(error, "connection-lost") && error.message).toContain("rtsp://127.0.0.1");
  expect(times.length).toBeGreaterThanOrEqual(40);
  expect(frameLedger.open).toBe(0);
});

test("an abort is heard while a camera is away", async () => {
  const camera = await startRtspServer(bunnyClip);
  await using reader = await driver.open(camera.url);
  const abort = new AbortController();
  const reason = new Error("enough");
  const damage: Damage[] = [];
  const reading = thrownBy(
    readTimes(reader, { signal: abort.signal, onDamaged: (each) => damage.push(each) }, (count) => {
      if (count === 40) camera.drop();
    }),
  );
  await expect.poll(() => camera.plays).toBe(2);
  await camera[Symbol.asyncDispose]();
  const start = performance.now();
  abort.abort(reason);
  expect(await reading).toBe(reason);
  expect(performance.now() - start).toBeLessThan(1000);
  expect(frameLedger.open).toBe(0);
});

test("an address where nobody answers is refused at once, its password kept", async () => {
  const gone = await startRtspServer(bunnyClip);
  await gone[Symbol.asyncDispose]();
  const start = performance.now();
  const error = await thrownBy(driver.open(gone.url.replace("rtsp://", "rtsp://user:secret@")));
  expect(TatamiError.is(error, "input-not-found") && error.message).not.toContain("secret");
  expect(performance.now() - start).toBeLessThan(3000);
});

test("a playlist of segments is read from end to end, with its sound", async () => {
  await remux(bunnyClip, join(folder, "list.m3u8"), "hls", { hls_time: "1", hls_list_size: "0" });
  await using server = await serveFolder(folder);
  for (const input of [
    `${server.url}/list.m3u8`,
    new URL(`${server.url}/list.m3u8`),
    join(folder, "list.m3u8"),
  ]) {
    await using reader = await driver.open(input);
    expect(reader.description).toMatchObject({ container: "HLS", video: { codec: "avc", width: 320 } });
    const { times, heard } = await record(reader);
    expect([times.length, isRising(times)]).toEqual([60, true]);
    expect([heard.length > 90, isRising(heard)]).toEqual([true, true]);
  }
});

test("a playlist whose server goes away is not taken for its end", async () => {
  await remux(bunnyClip, `${folder}/live.m3u8`, "hls", {
    hls_time: "1",
    hls_list_size: "0",
    hls_flags: "omit_endlist",
  });
  const server = await serveFolder(folder);
  await using reader = await driver.open(`${server.url}/live.m3u8`);
  let frames = 0;
  const read = async (): Promise<void> => {
    for await (const frame of reader.frames()) {
      frame.close();
      frames++;
      if (frames === 20) await server[Symbol.asyncDispose]();
    }
  };
  expect(TatamiError.is(await thrownBy(read()), "connection-lost")).toBe(true);
  expect(frames).toBeGreaterThanOrEqual(20);
});

test("a live playlist that stops growing is given up, and nothing of it is read twice", async () => {
  await remux(bunnyClip, `${folder}/still.m3u8`, "hls", {
    hls_time: "1",
    hls_list_size: "0",
    hls_flags: "omit_endlist",
  });
  await using server = await serveFolder(folder);
  await using reader = await driver.open(`${server.url}/still.m3u8`);
  const times: number[] = [];
  const read = async (): Promise<void> => {
    for await (const frame of reader.frames({ onDamaged: () => undefined })) {
      times.push(frame.timestamp);
      frame.close();
    }
  };
  expect(TatamiError.is(await thrownBy(read()), "connection-lost")).toBe(true);
  expect([times.length <= 60, isRising(times)]).toEqual([true, true]);
  // 2.4 s of pictures, of which the last has no next one to end it
  expect(times.at(-1)).toBeLessThan(2.5);
});

/** Twelve pictures, each of one grey, numbered from 98 so that the number of digits changes. */
async function writePictures(name: (number: number) => string): Promise<void> {
  for (let index = 0; index < 12; index++) {
    const grey = 40 + 10 * index;
    const picture = sharp({
      create: { width: 64, height: 48, channels: 3, background: { r: grey, g: grey, b: grey } },
    });
    await picture.png().toFile(join(folder, name(98 + index)));
  }
}

test("numbered pictures are one video, at the rate asked for", async () => {
  await writePictures((number) => `picture-${String(number).padStart(4, "0")}.png`);
  for (const pattern of ["picture-%04d.png", "picture-*.png"]) {
    await using reader = await driver.open(join(folder, pattern), { frameRate: 10 });
    expect(reader.description).toMatchObject({
      container: "image sequence",
      duration: 1.2,
      video: { width: 64, height: 48, frameRate: 10, codec: "png" },
    });
    const lumas: number[] = [];
    for await (const frame of reader.frames()) {
      expect(frame.timestamp).toBeCloseTo(lumas.length / 10, 6);
      lumas.push((await frame.planes()).luma.data[100] ?? -1);
      frame.close();
    }
    // BT.601, limited range
    const expected = Array.from({ length: 12 }, (_, index) => 16 + ((40 + 10 * index) * 219) / 255);
    expect(lumas.every((luma, index) => Math.abs(luma - (expected[index] ?? -9)) < 1.5)).toBe(true);
    expect(lumas).toHaveLength(12);
  }
  await rm(join(folder, "picture-0101.png"));
  const error = await thrownBy(driver.open(join(folder, "picture-%04d.png")));
  expect(TatamiError.is(error, "damaged-input") && error.message).toContain("101");
  expect(await readAll(join(folder, "picture-*.png"))).toHaveLength(11);
});

test("standard input is read as it comes", async () => {
  await remux(bunnyClip, join(folder, "piped.ts"), "mpegts");
  const own = Object.getOwnPropertyDescriptor(process, "stdin");
  Object.defineProperty(process, "stdin", {
    value: createReadStream(join(folder, "piped.ts")),
    configurable: true,
  });
  try {
    const [piped, fromFile] = [await readAll("-"), await readAll(join(folder, "piped.ts"))];
    expect(piped).toHaveLength(60);
    expect(piped).toEqual(fromFile);
  } finally {
    if (own) Object.defineProperty(process, "stdin", own);
  }
});

test("the command line records a camera for as long as it is told", async () => {
  await using camera = await startRtspServer(bunnyClip);
  const output = join(folder, "camera.mp4");
  const run = await tatami(["upscale", camera.url, "-o", output, "--duration", "2s", "--json"]);
  expect([run.status, run.stderr]).toEqual([0, expect.not.stringContaining("error")]);
  await using reader = await driver.open(output);
  const { video, tracks } = reader.description;
  expect([video.width, video.height, tracks.map(({ kind }) => kind)]).toEqual([640, 360, ["video", "audio"]]);
  const times = await readTimes(reader);
  expect(times.length).toBeGreaterThan(40);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(2);
});

test("an interrupt ends the command line within moments, whatever the server does", async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  let interrupted = 0;
  let child: ((signal: NodeJS.Signals) => void) | undefined;
  silent.on("connection", () => {
    interrupted = performance.now();
    child?.("SIGINT");
  });
  const run = await tatami(["upscale", `rtsp://127.0.0.1:${port}/x`, "-o", join(folder, "never.mp4")], {
    onStart: (kill) => void (child = kill),
  });
  expect(interrupted).toBeGreaterThan(0);
  expect(performance.now() - interrupted).toBeLessThan(2000);
  expect(run.status).not.toBe(0);
  silent.close();
});
