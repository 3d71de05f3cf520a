import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import type { Damage, MediaReader, ReadOptions, SegmentedInit, SegmentedOutput } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { makeClip } from "../../testing/make-clip.ts";
import type { ClipOptions } from "../../testing/make-clip.ts";
import { makeMuxedClip } from "../../testing/make-muxed-clip.ts";
import type { MuxedClipOptions } from "../../testing/make-muxed-clip.ts";
import { readPackets } from "../../testing/read-packets.ts";
import { nodeDriver } from "../index.ts";

const driver = nodeDriver();
const folder = await mkdtemp(join(tmpdir(), "tatami-segments-"));
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => frameLedger.reset());

/** Pictures in which everything differs from frame to frame, so that any other one would be noticed. */
const draw: MuxedClipOptions["draw"] = (planes, strides, index) =>
  planes.forEach((plane, number) => {
    for (let at = 0; at < plane.length; at++)
      plane[at] = (at % strides[number]!) * 3 + index * 7 + ((at / strides[number]!) | 0) * (1 + number);
  });
const muxed = async (name: string, options: MuxedClipOptions): Promise<string> => {
  const path = join(folder, name);
  await makeMuxedClip(path, { frames: 60, draw, ...options });
  return path;
};
const clip = async (name: string, options: ClipOptions): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, new Uint8Array(await (await makeClip(options)).arrayBuffer()));
  return path;
};
const x264 = (params: string) => ({ "x264-params": params });

/** Awkward files: what they are, and how many cuts of 0.2 s and more they allow at least. */
const files: Readonly<Record<string, { readonly make: () => Promise<string>; readonly cuts: number }>> = {
  "B-frames": {
    make: () =>
      muxed("b.mp4", {
        format: "mp4",
        video: "libx264",
        audio: "aac",
        encoder: x264("keyint=12:bframes=3:scenecut=0"),
      }),
    cuts: 3,
  },
  "open groups of pictures": {
    make: () =>
      muxed("open.mkv", {
        format: "matroska",
        video: "libx264",
        encoder: x264("keyint=10:bframes=3:open-gop=1:b-adapt=0:scenecut=0"),
      }),
    cuts: 3,
  },
  "open groups of pictures in HEVC": {
    make: () =>
      muxed("open.mp4", {
        format: "mp4",
        video: "libx265",
        encoder: { "x265-params": "keyint=10:min-keyint=10:open-gop=1:bframes=3:log-level=none" },
      }),
    cuts: 3,
  },
  "open groups of pictures in MPEG-2, in a transport stream": {
    make: () =>
      muxed("open.ts", {
        format: "mpegts",
        video: "mpeg2video",
        audio: "mp2",
        encoder: { g: "10", bf: "2" },
      }),
    cuts: 3,
  },
  "a program stream, most packets of which state no time": {
    make: () =>
      muxed("open.mpg", { format: "mpeg", video: "mpeg2video", audio: "mp2", encoder: { g: "10", bf: "2" } }),
    cuts: 0,
  },
  "a transport stream": {
    make: () =>
      muxed("b.ts", {
        format: "mpegts",
        video: "libx264",
        audio: "aac",
        encoder: x264("keyint=12:bframes=2:scenecut=0"),
      }),
    cuts: 3,
  },
  "interlaced pictures": {
    make: () =>
      muxed("interlaced.mp4", {
        format: "mp4",
        video: "libx264",
        interlaced: true,
        encoder: x264("keyint=10:bframes=2:scenecut=0"),
      }),
    cuts: 3,
  },
  "a variable rate": {
    make: () =>
      clip("vfr.mp4", {
        ticks: Array.from(
          { length: 40 },
          (_, index) => index * 1500 + (index % 7) * 190 + (index > 20 ? 40_000 : 0),
        ),
        audio: ["aac"],
      }),
    cuts: 0,
  },
  "key frames only": {
    make: () => muxed("keys.mov", { format: "mov", video: "mjpeg", pixelFormat: "yuvj420p" }),
    cuts: 8,
  },
  "VP9 with transparency": {
    make: () => clip("alpha.webm", { container: "webm", codec: "vp9", alpha: true, audio: ["opus"] }),
    cuts: 0,
  },
  "AVI, whose packets say when they are decoded only": {
    make: () => muxed("b.avi", { format: "avi", video: "mpeg4", encoder: { g: "10", bf: "2" } }),
    cuts: 0,
  },
};

const clips = new Map<string, Promise<string>>();
const made = (what: string): Promise<string> => {
  const path = clips.get(what) ?? files[what]!.make();
  clips.set(what, path);
  return path;
};

interface Seen {
  readonly timestamp: number;
  readonly duration: number;
  readonly pixels: string;
}

async function look(reader: MediaReader, read: ReadOptions): Promise<Seen[]> {
  const seen: Seen[] = [];
  for await (const frame of reader.frames(read)) {
    const { luma, chroma } = await frame.planes();
    const hash = createHash("sha256");
    for (const { data } of [luma, ...chroma]) hash.update(data);
    seen.push({
      timestamp: frame.timestamp,
      duration: frame.duration,
      pixels: hash.digest("hex").slice(0, 16),
    });
    frame.close();
  }
  return seen;
}

async function openJob(path: string, more: Partial<SegmentedInit> = {}, name = "out.mkv") {
  const reader = await driver.open(path);
  const init: SegmentedInit = {
    reader,
    output: join(folder, name),
    size: reader.description.video,
    depends: {},
    shortest: 0.2,
    ...more,
  };
  return { reader, init, output: await driver.openSegments!(init) };
}

describe("segments", () => {
  for (const [what, { cuts }] of Object.entries(files)) {
    it(`${what}: segments give the frames of the whole, tick for tick`, async () => {
      const { reader, output } = await openJob(await made(what));
      await using _ = reader;
      await using __ = output;
      const damaged: Damage[] = [];
      const onDamaged = (damage: Damage): void => void damaged.push(damage);
      const whole = await look(reader, { onDamaged });
      const pieces: Seen[] = [];
      for (const { start, end } of output.segments) {
        const cut = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
        const piece = await look(reader, { ...cut, onDamaged });
        if (start !== undefined) expect(piece[0]?.timestamp).toBe(start);
        pieces.push(...piece);
      }
      expect(damaged).toEqual([]);
      expect(output.segments.length).toBeGreaterThan(cuts);
      expect(pieces).toEqual(whole);
      expect(frameLedger.open).toBe(0);
    });

    it(`${what}: joined parts are the whole, tick for tick, and packet for packet beside the pictures`, async () => {
      const path = await made(what);
      const suffix = path.endsWith("webm") ? "webm" : /mpg|avi|ts$/.test(path) ? "mp4" : "mkv";
      const { reader, output, init } = await openJob(path, { shortest: 0.04 }, `joined.${suffix}`);
      await using _ = reader;
      const straight = await driver.write({ ...init, output: join(folder, `straight.${suffix}`) });
      for await (const frame of reader.frames()) await straight.write(frame);
      const expected = await straight.finish();
      {
        await using __ = output;
        await writeAll(reader, output);
        expect(await output.join()).toMatchObject({ frames: expected.frames });
      }
      const [whole, joined] = await Promise.all(
        ["straight", "joined"].map((name) => packetsOf(join(folder, `${name}.${suffix}`))),
      );
      expect(joined!.sound).toEqual(whole!.sound);
      expect(joined!.times).toEqual(whole!.times);
      expect(await readFramesOf(`joined.${suffix}`)).toEqual(await readFramesOf(`straight.${suffix}`));
      if (output.segments.length === 1)
        expect(await videoOf(join(folder, `joined.${suffix}`))).toEqual(
          await videoOf(join(folder, `straight.${suffix}`)),
        );
      expect(frameLedger.open).toBe(0);
      expect((await readdir(folder)).filter((name) => /tatami|lock|partial/.test(name))).toEqual([]);
    });
  }
});

async function writeAll(reader: MediaReader, output: SegmentedOutput): Promise<void> {
  for (const segment of output.segments) {
    await using writer = await output.write(segment);
    const { index: _, ...read } = segment;
    for await (const frame of reader.frames(read)) await writer.write(frame);
    await writer.finish({ damaged: [], changed: [] });
  }
}

/** What a container states of pictures in their order of showing, and all of the sound. */
async function packetsOf(path: string) {
  const blob = new Blob([new Uint8Array(await readFile(path))]);
  const [pictures, sound] = [await readPackets(blob, "video"), await readPackets(blob, "audio")];
  return {
    times: pictures.map(({ timestamp }) => timestamp).toSorted((a, b) => a - b),
    // how long Matroska's last till its clusters, which depend on the pictures' bytes, are ended is the reader's guess
    sound: sound.map(({ timestamp, data }) => ({ timestamp, data })),
  };
}

async function videoOf(path: string) {
  return readPackets(new Blob([new Uint8Array(await readFile(path))]), "video");
}

async function readFramesOf(name: string): Promise<Pick<Seen, "timestamp" | "duration">[]> {
  await using reader = await driver.open(join(folder, name));
  return (await look(reader, {})).map(({ timestamp, duration }) => ({ timestamp, duration }));
}
