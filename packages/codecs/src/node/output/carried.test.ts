/** What lies beside the pixels goes through a container and out again as it was. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Container } from "@tatami/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeMuxedClip } from "../../testing/make-muxed-clip.ts";
import type { MuxedClipOptions } from "../../testing/make-muxed-clip.ts";
import { passThrough } from "../../testing/pass-through.ts";
import type { Media } from "../input/media.ts";
import { findMedia } from "../input/media.ts";
import { nodeDriver } from "../index.ts";

let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "tatami-carried-"))));
afterAll(() => rm(folder, { recursive: true }));

async function makeClip(name: string, options: MuxedClipOptions): Promise<Uint8Array> {
  const path = join(folder, name);
  await makeMuxedClip(path, { frames: 5, size: [64, 48], ...options });
  return new Uint8Array(await readFile(path));
}

async function look<T>(blob: Blob, at: (media: Media) => T): Promise<T> {
  await using reader = await nodeDriver().open(blob);
  return at(findMedia(reader)!);
}

describe("colours", () => {
  // by x264's names and the contract's, those that WebCodecs has no word for among them
  const colors = [
    ["bt470m", "bt470m", "fcc", { primaries: "bt470m", transfer: "bt470m", matrix: "fcc" }],
    [
      "smpte240m",
      "smpte240m",
      "smpte240m",
      { primaries: "smpte240m", transfer: "smpte240m", matrix: "smpte240m" },
    ],
    ["film", "log100", "YCgCo", { primaries: "film", transfer: "log100", matrix: "ycgco" }],
    [
      "smpte428",
      "iec61966-2-4",
      "bt709",
      { primaries: "smpte428", transfer: "iec61966-2-4", matrix: "bt709" },
    ],
    ["bt470bg", "bt470bg", "bt470bg", { primaries: "bt470bg", transfer: "bt470bg", matrix: "bt470bg" }],
    ["smpte431", "bt1361e", "smpte170m", { primaries: "smpte431", transfer: "bt1361e", matrix: "smpte170m" }],
  ] as const;
  it.each(colors)("of %s, %s and %s stay, in every container", async (primaries, transfer, matrix, color) => {
    const encoder = { "x264-params": `colorprim=${primaries}:transfer=${transfer}:colormatrix=${matrix}` };
    const clip = await makeClip("color.mkv", { format: "matroska", video: "libx264", encoder });
    for (const container of ["mp4", "mov", "mkv"] as const) {
      const { blob } = await passThrough(clip, { container });
      await using reader = await nodeDriver().open(blob);
      expect(reader.description.video.color).toMatchObject(color);
    }
  });

  it.each([
    ["full", "yuvj420p", {}, true],
    ["limited, and stated", "yuv420p", { "x264-params": "colormatrix=bt709" }, false],
    ["not stated", "yuv420p", {}, null],
  ])("of a range that is %s stay so", async (_what, pixelFormat, encoder, fullRange) => {
    const clip = await makeClip("range.mp4", { format: "mp4", video: "libx264", pixelFormat, encoder });
    for (const container of ["mp4", "mkv"] as const) {
      const { blob } = await passThrough(clip, { container });
      await using reader = await nodeDriver().open(blob);
      expect(reader.description.video.color.fullRange).toBe(fullRange);
    }
  });

  it("sampled more finely than 4:2:0 are told", async () => {
    for (const [pixelFormat, sampling] of [
      ["yuv422p", "4:2:2"],
      ["yuv444p", "4:4:4"],
    ] as const) {
      const clip = await makeClip("fine.mp4", { format: "mp4", video: "libx264", pixelFormat });
      const { changed } = await passThrough(clip);
      expect(changed).toContainEqual({
        kind: "sampling",
        message: `colour sampled ${sampling} becomes 4:2:0.`,
      });
    }
  });
});

describe("sound", () => {
  const kinds: readonly (readonly [string, string, string, Container, "copied" | string])[] = [
    ["matroska", "pcm_alaw", "alaw", "mp4", "aac"],
    ["matroska", "pcm_alaw", "alaw", "mkv", "copied"],
    ["mov", "pcm_mulaw", "ulaw", "mov", "copied"],
    ["matroska", "pcm_s16le", "pcm-s16", "mp4", "flac"],
    ["matroska", "aac", "aac", "webm", "opus"],
    ["matroska", "aac", "aac", "mp4", "copied"],
    ["mpegts", "mp2", "mp2", "mp4", "aac"],
    ["matroska", "flac", "flac", "webm", "opus"],
  ];
  it.each(kinds)("of %s, %s, is in %4$s: %5$s", async (format, audio, name, container, becomes) => {
    const clip = await makeClip(`sound.${format}`, {
      format,
      video: "libx264",
      audio,
      frames: 25,
      sampleRate: 48_000,
    });
    const { blob, encoding } = await passThrough(clip, { container });
    const codec = becomes === "copied" ? name : becomes;
    expect(encoding.transcoded?.map((each) => each.codec)).toEqual(becomes === "copied" ? [] : [codec]);
    const found = await look(blob, ({ streams }) => streams.filter(({ kind }) => kind === "audio"));
    expect(found.map((stream) => stream.codec)).toEqual([codec]);
    // a second of sound, less what is not a whole packet and more what encoders fill up
    expect(Math.abs((found[0]?.duration ?? 1) - 1)).toBeLessThan(0.11);
  });

  it("is copied or left out, encoded anew, or dropped where that is asked for", async () => {
    const clip = await makeClip("asked.mkv", {
      format: "matroska",
      video: "libx264",
      audio: "pcm_alaw",
      sampleRate: 8000,
    });
    const { encoding: copy } = await passThrough(clip, { container: "mp4", audio: "copy" });
    expect(copy.leftOut.map(({ reason }) => reason)).toEqual(["container-cannot-hold"]);
    expect(copy.leftOut[0]?.message).not.toMatch(/write mp4/i);
    const { encoding: anew } = await passThrough(clip, { container: "mkv", audio: "encode" });
    expect(anew.transcoded?.map(({ codec }) => codec)).toEqual(["aac"]);
    const { encoding: none, blob } = await passThrough(clip, { container: "mkv", audio: "drop" });
    expect(none.leftOut.map(({ reason }) => reason)).toEqual(["asked-to-drop"]);
    expect(await look(blob, ({ streams }) => streams.map(({ kind }) => kind))).toEqual(["video"]);
  });
});
