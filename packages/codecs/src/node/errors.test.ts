import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { ErrorCode, MediaInput, VideoCodec } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeClip } from "../testing/make-clip.ts";
import { nodeDriver } from "./index.ts";

const driver = nodeDriver();
let folder = "";
let clip = new Blob();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-codecs-"));
  clip = await makeClip({ ticks: Array.from({ length: 90 }, (_, index) => index * 1000), audio: ["aac"] });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => frameLedger.reset());

async function errorOf(work: Promise<unknown>): Promise<TatamiError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!TatamiError.is(error)) throw new Error(`not a TatamiError: ${String(error)}`, { cause: error });
  expect(error.fix).toMatch(/\.$/);
  return error;
}

async function place(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const bytesOf = async (blob: Blob): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await blob.arrayBuffer());

test.each<[string, () => Promise<MediaInput>, ErrorCode]>([
  ["a path that does not exist", async () => join(folder, "none.mp4"), "input-not-found"],
  ["a folder", async () => folder, "unsupported-container"],
  ["an empty file", () => place("empty.mp4", ""), "unsupported-container"],
  ["a text file", () => place("text.mp4", "This is not a video."), "unsupported-container"],
  ["an empty blob", async () => new Blob(), "unsupported-container"],
  [
    "random bytes",
    async () => Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251),
    "unsupported-container",
  ],
  ["a number", async () => 7 as unknown as MediaInput, "invalid-option"],
])("opening %s ends in one error", async (_, make, code) => {
  expect((await errorOf(driver.open(await make()))).code).toBe(code);
});

test("a file without a picture says so", async () => {
  const wave = new Uint8Array(44 + 200);
  wave.set(new TextEncoder().encode("RIFF....WAVEfmt "));
  const view = new DataView(wave.buffer);
  view.setUint32(4, wave.length - 8, true);
  view.setUint32(16, 16, true);
  view.setUint32(20, 0x0001_0001, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 8000, true);
  view.setUint32(32, 0x0008_0001, true);
  wave.set(new TextEncoder().encode("data"), 36);
  view.setUint32(40, 200, true);
  const error = await errorOf(driver.open(wave));
  expect([error.code, error.message]).toEqual([
    "unsupported-container",
    expect.stringContaining("no video track"),
  ]);
});

test.each(["mp4", "mkv"] as const)(
  "a %s file cut short is damaged, never silently shorter",
  async (container) => {
    const ticks = Array.from({ length: 90 }, (_, index) => index * 1000);
    const whole = await bytesOf(await makeClip({ container, ticks }));
    await using reader = await driver.open(whole.subarray(0, Math.floor(whole.length * 0.8)));
    const read = async (): Promise<void> => {
      for await (const frame of reader.frames()) frame.close();
    };
    const error = await errorOf(read());
    expect(error.code).toBe("damaged-input");
    expect(error.detail["seconds"]).toBeGreaterThan(1);
    expect(frameLedger.open).toBe(0);
  },
);

test("audio cut short is damaged too", async () => {
  // The clip's last bytes are audio.
  const whole = await bytesOf(clip);
  await using reader = await driver.open(whole.subarray(0, whole.length - 500));
  const copy = async (): Promise<void> => {
    await using writer = await driver.write({ reader, size: reader.description.video });
    for await (const frame of reader.frames()) await writer.write(frame);
    await writer.finish();
  };
  const error = await errorOf(copy());
  expect([error.code, error.detail["track"]]).toEqual(["damaged-input", 1]);
});

test("outputs that cannot be written end in one error, and leave nothing", async () => {
  const input = await place("in.mp4", await bytesOf(clip));
  const link = join(folder, "link.mp4");
  await symlink(input, link);
  await mkdir(join(folder, "folder.mp4"));
  await using reader = await driver.open(input);
  const size = reader.description.video;
  const codeFor = async (output: string): Promise<ErrorCode> =>
    (await errorOf(driver.write({ reader, output, size }))).code;
  const before = await readdir(folder);
  expect(await codeFor(input)).toBe("invalid-option");
  expect(await codeFor(link)).toBe("invalid-option");
  expect(await codeFor(join(folder, "out.avi"))).toBe("invalid-option");
  expect(await codeFor(join(folder, "none", "out.mp4"))).toBe("output-failed");
  expect(await codeFor(join(folder, "folder.mp4"))).toBe("output-failed");
  expect(await readdir(folder)).toEqual(before);
});

test("a stream that fails is output-failed, with its words", async () => {
  await using reader = await driver.open(clip);
  const output = new WritableStream<Uint8Array>({ write: () => Promise.reject(new Error("the pipe broke")) });
  const run = async (): Promise<void> => {
    await using writer = await driver.write({ reader, output, size: reader.description.video });
    for await (const frame of reader.frames()) await writer.write(frame);
    await writer.finish();
  };
  const error = await errorOf(run());
  expect([error.code, error.message]).toEqual(["output-failed", expect.stringContaining("the pipe broke")]);
  expect(frameLedger.open).toBe(0);
});

test.each<[VideoCodec, "webm" | "mp4"]>([
  ["avc", "webm"],
  ["hevc", "webm"],
])("asking for %s in %s names what would work", async (codec, container) => {
  await using reader = await driver.open(clip);
  const error = await errorOf(
    driver.planWrite({ reader, size: reader.description.video, encode: { codec, container } }),
  );
  expect(error.code).toBe("unsupported-codec");
  expect(error.fix).toContain("vp9");
});

test("an abort wakes reading and writing, rethrows its reason and removes the partial file", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const output = join(folder, "aborted.mp4");
  const { signal } = controller;
  await using reader = await driver.open(clip, { signal });
  const run = async (): Promise<void> => {
    await using writer = await driver.write({
      reader,
      output,
      size: reader.description.video,
      read: { signal },
    });
    let count = 0;
    for await (const frame of reader.frames({ signal })) {
      await writer.write(frame);
      count++;
      if (count === 20) {
        expect((await readdir(folder)).filter((name) => /^aborted.*\.partial$/.test(name))).toHaveLength(1);
        controller.abort(reason);
      }
    }
  };
  await expect(run()).rejects.toBe(reason);
  expect((await readdir(folder)).filter((name) => name.startsWith("aborted"))).toEqual([]);
  expect(frameLedger.open).toBe(0);
  await expect(driver.open(clip, { signal })).rejects.toBe(reason);
});

test("an abort that comes when the file has its name takes nothing back, and the file is told of", async () => {
  const controller = new AbortController();
  const output = join(folder, "whole.mp4");
  const { signal } = controller;
  await using reader = await driver.open(clip);
  await using writer = await driver.write({
    reader,
    output,
    size: reader.description.video,
    read: { signal },
  });
  for await (const frame of reader.frames()) await writer.write(frame);
  const written = writer.finish();
  // the name comes before the lock goes: the work is still under way
  while (!existsSync(output)) await turn();
  controller.abort(new Error("too late"));
  await expect(written).resolves.toMatchObject({ frames: 90, size: (await readFile(output)).length });
  expect((await readdir(folder)).filter((name) => name.startsWith("whole"))).toEqual(["whole.mp4"]);
});

test("leaving the frames early closes the decoder, and cancelling leaves the old file as it was", async () => {
  const output = await place("old.mp4", "old content");
  await using reader = await driver.open(clip);
  await using writer = await driver.write({ reader, output, size: reader.description.video });
  for await (const frame of reader.frames()) {
    await writer.write(frame);
    break;
  }
  await writer.cancel();
  await writer.cancel();
  expect(await readFile(output, "utf8")).toBe("old content");
  expect((await readdir(folder)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  expect(frameLedger.open).toBe(0);
});

test("an abort is heard where the place written to takes no more", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const { signal } = controller;
  await using reader = await driver.open(clip, { signal });
  let begun: () => void = () => undefined;
  const stuck = new Promise<void>((resolve) => (begun = resolve));
  // the first bytes are taken, and never dealt with
  const output = new WritableStream<Uint8Array>({
    write: () => {
      begun();
      return new Promise<void>(() => undefined);
    },
  });
  const size = reader.description.video;
  const run = async (): Promise<void> => {
    await using writer = await driver.write({ reader, output, size, read: { signal } });
    for await (const frame of reader.frames({ signal })) await writer.write(frame);
    await writer.finish();
  };
  const running = run();
  await stuck;
  controller.abort(reason);
  await expect(running).rejects.toBe(reason);
  expect(frameLedger.open).toBe(0);
});
