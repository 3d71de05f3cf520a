/** Files of ten bits and of a high dynamic range: read, written, and what becomes of what they state. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ColorSpace, DeepPlanes, Encoding, EncodeOptions, OpenOptions, VideoCodec } from "@tatami/core";
import { createDeepPlane, frameLedger } from "@tatami/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import { makeDeepClip, masteringDisplay } from "../testing/make-deep-clip.ts";
import { makeMuxedClip } from "../testing/make-muxed-clip.ts";
import { createY4m, nodeDriver } from "./index.ts";
import { findMedia } from "./input/media.ts";
import { masteringText } from "./pictures/hdr-metadata.ts";

const driver = nodeDriver();
const size = { width: 128, height: 96 };
const frames = 6;
const pq: ColorSpace = { primaries: "bt2020", transfer: "pq", matrix: "bt2020-ncl", fullRange: false };
const hlg: ColorSpace = { ...pq, transfer: "hlg" };
const sdr: ColorSpace = { primaries: "bt709", transfer: "bt709", matrix: "bt709", fullRange: false };
let folder: string;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-ten-bits-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => frameLedger.reset());

/** A ramp of all levels between two, a step of ten bits at a time, that moves. */
function ramp(index: number): DeepPlanes {
  const luma = createDeepPlane(size, 10);
  luma.data.forEach(
    (_, i) => (luma.data[i] = 300 + (i % size.width) + Math.floor(i / size.width) + 2 * index),
  );
  const half = { width: size.width / 2, height: size.height / 2 };
  const chroma = [createDeepPlane(half, 10), createDeepPlane(half, 10)] as const;
  chroma.forEach(({ data }, plane) =>
    data.forEach((_, i) => (data[i] = 500 + plane * 30 + (i % half.width))),
  );
  return { luma, chroma };
}

async function clip(name: string, given: Partial<Parameters<typeof makeDeepClip>[1]> = {}): Promise<string> {
  await makeDeepClip(at(name), { codec: "hevc", format: "mp4", frames, color: sdr, draw: ramp, ...given });
  return at(name);
}

/** Reads a file and writes it again. @returns what the writer chose */
async function rewrite(
  from: string,
  to: string,
  encode: EncodeOptions = {},
  open: OpenOptions = { bitDepth: "source" },
): Promise<Encoding> {
  await using reader = await driver.open(from, open);
  const writer = await driver.write({ reader, output: to, size, encode });
  for await (const frame of reader.frames()) await writer.write(frame);
  await writer.finish();
  expect(frameLedger.open).toBe(0);
  return writer.encoding;
}

/** What a file states and shows. */
async function seen(path: string) {
  await using reader = await driver.open(path, { bitDepth: "source" });
  const { first, streams, video } = findMedia(reader)!;
  const lumas: Uint16Array[] = [];
  for await (const frame of reader.frames()) {
    lumas.push((await frame.deepPlanes!()).luma.data);
    frame.close();
  }
  const { bitDepth, color, codec } = reader.description.video;
  const { profile } = streams.find(({ index }) => index === video)!.parameters;
  return { bitDepth, color, codec, profile, hdr: first.hdr, lumas };
}

const written: readonly (readonly [VideoCodec, string, string])[] = [
  ["hevc", "mp4", "mp4"],
  ["vp9", "matroska", "mkv"],
  ["av1", "matroska", "mkv"],
];

describe.each(written)("%s of ten bits in %s", (codec, format, container) => {
  it("is read, and written with what it states of HDR10", async () => {
    const from = await clip(`${codec}.${container}`, {
      codec: codec as "hevc",
      format,
      color: pq,
      hasMastering: true,
    });
    const to = at(`${codec}-again.${container}`);
    const encoding = await rewrite(from, to, { codec, crf: 4 });
    expect(encoding).toMatchObject({ codec, pixelFormat: "yuv420p10le", changed: [], leftOut: [] });
    const [before, after] = [await seen(from), await seen(to)];
    expect(after).toMatchObject({ bitDepth: 10, color: pq, hdr: { dynamic: [] } });
    expect(masteringText(after.hdr, "x265")).toBe(
      masteringText({ mastering: masteringDisplay, dynamic: [] }, "x265"),
    );
    expect(after.hdr.contentLight?.readUInt32LE(0)).toBe(900);
    expect(after.hdr.contentLight?.readUInt32LE(4)).toBe(300);
    expect([before.lumas.length, after.lumas.length]).toEqual([frames, frames]);
    // half a level of 8 bits
    const off = after.lumas.map((luma, index) => meanOff(luma, ramp(index).luma.data));
    expect(Math.max(...off)).toBeLessThan(2);
    expect(new Set(after.lumas[0]).size).toBeGreaterThan(80);
  });
});

function meanOff(seenLevels: Uint16Array, right: Uint16Array): number {
  return right.reduce((sum, level, i) => sum + Math.abs(level - seenLevels[i]!), 0) / right.length;
}

test("main10, profile 2 and ten bits are what is written where nothing else is said", async () => {
  const from = await clip("plain.mp4", { color: hlg });
  expect(await rewrite(from, at("plain-again.mp4"))).toMatchObject({
    codec: "hevc",
    encoder: "libx265",
    pixelFormat: "yuv420p10le",
    rejected: [{ codec: "avc", reason: "hardly any player shows 10 bits of it" }],
  });
  expect(await seen(at("plain-again.mp4"))).toMatchObject({ profile: 2, bitDepth: 10, color: hlg });
  expect(await rewrite(from, at("plain.webm"))).toMatchObject({ codec: "vp9", container: "webm" });
  expect(await seen(at("plain.webm"))).toMatchObject({ profile: 2, bitDepth: 10, color: hlg });
});

test("of Dolby Vision 8.4 the HLG that it rests on is kept, and that its metadata is not is told", async () => {
  const from = await clip("phone.mp4", { color: hlg, dolbyVision: { profile: 8, baseLayer: 4 } });
  expect((await seen(from)).hdr.dolbyVision).toEqual({ profile: 8, baseLayer: 4 });
  const { changed } = await rewrite(from, at("phone-again.mp4"));
  expect(changed.map(({ message }) => message)).toEqual([
    "Dolby Vision's metadata (profile 8) is left out: the output is the HLG that its base layer is.",
  ]);
  const after = await seen(at("phone-again.mp4"));
  expect(after.color).toEqual(hlg);
  expect(after.hdr.dolbyVision).toBeUndefined();
});

test("Dolby Vision without a picture of its own is described, and refused once its pictures are wanted", async () => {
  const from = await clip("profile-5.mkv", {
    format: "matroska",
    color: pq,
    dolbyVision: { profile: 5, baseLayer: 0 },
  });
  const refusal = { code: "unsupported-feature", message: expect.stringContaining("profile 5") };
  for (const options of [{ bitDepth: "source" }, { toSdr: true }] as const) {
    await using reader = await driver.open(from, options);
    expect(reader.description.video.bitDepth).toBe(10);
    await expect(reader.frames().next()).rejects.toMatchObject(refusal);
    await expect(driver.planWrite({ reader, size })).rejects.toMatchObject(refusal);
  }
});

test("8 bits are had by asking: rounded where they are SDR, refused where they are not", async () => {
  const from = await clip("to-eight.mp4");
  const { changed, codec, pixelFormat } = await rewrite(from, at("eight.mp4"), { pixelFormat: "yuv420p" });
  expect([codec, pixelFormat]).toEqual(["avc", "yuv420p"]);
  expect(changed).toEqual([{ kind: "sampling", message: "10 bits a sample become 8." }]);
  const bright = await clip("bright.mp4", { color: pq });
  await expect(rewrite(bright, at("no.mp4"), { pixelFormat: "yuv420p" })).rejects.toMatchObject({
    code: "invalid-option",
    fix: expect.stringContaining("toSdr"),
  });
  expect(await rewrite(bright, at("sdr.mp4"), {}, { toSdr: true })).toMatchObject({
    codec: "avc",
    pixelFormat: "yuv420p",
  });
});

test("frames of 8 bits are given ten where that is asked for", async () => {
  await rewrite(await clip("source.mp4"), at("eight-bits.mp4"), { pixelFormat: "yuv420p", quality: 95 });
  const encoding = await rewrite(
    at("eight-bits.mp4"),
    at("ten-again.mp4"),
    { pixelFormat: "yuv420p10le" },
    { bitDepth: 10 },
  );
  expect(encoding).toMatchObject({ codec: "hevc", pixelFormat: "yuv420p10le", changed: [] });
  expect((await seen(at("ten-again.mp4"))).bitDepth).toBe(10);
});

test("raw video has ten bits, too, sample for sample; that it cannot state HDR is told", async () => {
  const from = await clip("raw.mp4", { color: hlg });
  await using reader = await driver.open(from, { bitDepth: "source" });
  const raw = await createY4m(at("raw.y4m"), reader.description, size);
  for await (const frame of reader.frames()) await raw.write(frame);
  const { changed } = await raw.finish();
  expect(changed.map(({ kind }) => kind)).toEqual(["color"]);
  const [before, after] = [await seen(from), await seen(at("raw.y4m"))];
  expect(after.bitDepth).toBe(10);
  expect(after.lumas).toEqual(before.lumas);
  expect(frameLedger.open).toBe(0);
});

test("what is deeper, sampled more finely or seen through becomes 4:2:0 of ten bits, and it is told", async () => {
  const told: Readonly<Record<string, readonly RegExp[]>> = {
    yuv420p12le: [/^12 bits a sample become 10/],
    yuv444p16le: [/^16 bits a sample become 10/, /4:4:4 becomes 4:2:0/],
    yuva420p10le: [/^Transparency is lost: it is not read/],
    gray10le: [],
  };
  // the same level all over that every depth has: lossless encoders refuse samples beyond theirs
  const drawDeep = (planes: readonly Uint8Array[]): void =>
    planes.forEach((plane) => plane.forEach((_, place) => (plane[place] = place % 2 === 0 ? 100 : 1)));
  const lossless = { format: "matroska", video: "ffv1", draw: drawDeep };
  for (const [pixelFormat, expected] of Object.entries(told)) {
    const from = at(`${pixelFormat}.mkv`);
    await makeMuxedClip(from, { ...lossless, pixelFormat, frames: 6 });
    const { pixelFormat: samples, changed, leftOut } = await rewrite(from, at("deep.mkv"));
    expect(samples).toBe("yuv420p10le");
    const messages = [...changed, ...leftOut].map(({ message }) => message);
    for (const pattern of expected) expect(messages).toContainEqual(expect.stringMatching(pattern));
    expect((await seen(at("deep.mkv"))).lumas.length).toBe(6);
  }
  const rgb = at("rgb.mkv");
  await makeMuxedClip(rgb, { ...lossless, pixelFormat: "gbrp10le", frames: 1 });
  await expect(driver.open(rgb, { bitDepth: "source" })).rejects.toMatchObject({
    code: "unsupported-feature",
    fix: "Set toSdr (--to-sdr on the command line) to convert it to 8-bit BT.709.",
  });
});
