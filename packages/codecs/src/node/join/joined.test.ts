import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Changed, EncodeOptions, Frame, ReadOptions } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import { afterAll, afterEach, expect, test } from "vitest";
import { makeMuxedClip, mutedLuma } from "../../testing/make-muxed-clip.ts";
import type { MuxedClipOptions } from "../../testing/make-muxed-clip.ts";
import { passThrough } from "../../testing/pass-through.ts";
import { readPackets } from "../../testing/read-packets.ts";
import type { ReadPacket } from "../../testing/read-packets.ts";
import { nodeDriver } from "../index.ts";
import { loadNodeAv } from "../node-av.ts";
import { openStreamDecoder } from "../pictures/stream-decoder.ts";
import { findMedia } from "../input/media.ts";
import { describeSeams } from "./compare-files.ts";
import type { LookedAt } from "./compare-files.ts";

const folder = await mkdtemp(join(tmpdir(), "tatami-join-"));
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => expect(frameLedger.open).toBe(0));

let made = 0;
const clip = async (ending: string, options: Partial<MuxedClipOptions> = {}): Promise<string> => {
  const path = join(folder, `${++made}.${ending}`);
  await makeMuxedClip(path, { format: "mp4", video: "libx264", frames: 20, size: [64, 48], ...options });
  return path;
};
const withSound = { audio: "aac" } as const;

interface Joined {
  readonly blob: Blob;
  readonly times: readonly number[];
  readonly lumas: readonly number[];
  readonly changed: readonly Changed[];
  readonly copied: number;
  readonly duration: number;
}

async function joinFiles(
  [first, ...followedBy]: readonly string[],
  encode: EncodeOptions = {},
  cut: Pick<ReadOptions, "start" | "end"> = {},
): Promise<Joined> {
  const driver = nodeDriver({ followedBy });
  const changed: Changed[] = [];
  const read: ReadOptions = { ...cut, onChanged: (each) => changed.push(each) };
  await using reader = await driver.open(first!);
  const { description } = reader;
  await using writer = await driver.write({ reader, size: description.video, encode, read });
  const [times, lumas]: [number[], number[]] = [[], []];
  const look = async (frame: Frame): Promise<void> => {
    times.push(frame.timestamp);
    lumas.push((await frame.planes()).luma.data[0]!);
  };
  for await (const frame of reader.frames(read)) {
    await look(frame);
    await writer.write(frame);
  }
  const { blob = new Blob() } = await writer.finish();
  const { encoding } = writer;
  const tracks = { copied: encoding.copied.length, changed: [...encoding.changed, ...changed] };
  return { blob, times, lumas, duration: description.duration, ...tracks };
}

const soundOf = async (path: string): Promise<ReadPacket[]> =>
  readPackets(new Blob([new Uint8Array(await readFile(path))]), "audio");
/** Within two ticks of the clocks here: each file begins on one, and an encoder's padding lasts part of one. */
const near = (values: readonly number[], wanted: readonly number[]): void => {
  expect(values).toHaveLength(wanted.length);
  values.forEach((value, index) => expect(Math.abs(value - wanted[index]!)).toBeLessThan(2e-4));
};

test("files follow one another: every picture, every packet of sound where its own pictures are", async () => {
  const paths = [
    await clip("mp4", withSound),
    await clip("mp4", withSound),
    await clip("mov", { ...withSound, format: "mov" }),
  ];
  const alone = await Promise.all(paths.map((path) => passThrough(path, { container: "mp4" })));
  const lengths = await Promise.all(
    paths.map(async (path) => {
      await using reader = await nodeDriver().open(path);
      return reader.description.duration;
    }),
  );
  const { blob, times, lumas, duration, copied, changed } = await joinFiles(paths);
  const begins = [0, lengths[0]!, lengths[0]! + lengths[1]!];
  near(
    times,
    alone.flatMap((each, file) => each.times.map((time) => time + begins[file]!)),
  );
  near([duration], [begins[2]! + lengths[2]!]);
  lumas.forEach((luma, index) => expect(Math.abs(luma - mutedLuma(index % 20))).toBeLessThan(6));
  expect([copied, changed]).toEqual([1, []]);
  const sound = await readPackets(blob, "audio");
  const data = sound.map((packet) => packet.data);
  let from = 0;
  for (const [file, path] of paths.entries()) {
    // what the encoder ran in on is of the first file alone
    const own = (await soundOf(path)).filter(
      ({ timestamp, duration: lasts }) => file === 0 || timestamp + lasts > 1e-9,
    );
    expect(data.slice(from, from + own.length)).toEqual(own.map((packet) => packet.data));
    for (const [index, { timestamp }] of own.entries()) {
      const moved = timestamp + begins[file]!;
      expect(Math.abs(sound[from + index]!.timestamp - Math.max(0, moved))).toBeLessThan(0.03);
    }
    from += own.length;
  }
  expect(from).toBe(sound.length);
});

test("one file's sound is missing, another's is of another kind: silence there, and in time", async () => {
  const paths = [
    await clip("mp4", withSound),
    await clip("mkv", { format: "matroska", frames: 30 }),
    await clip("avi", { format: "avi", video: "mpeg4", audio: "libmp3lame", sampleRate: 48_000 }),
  ];
  const { blob, times, changed } = await joinFiles(paths, { container: "mp4" });
  expect(times).toHaveLength(70);
  expect(changed.map(({ kind }) => kind)).toContain("sound");
  const silence = changed.find(({ message }) => message.includes("has no sound"))!.message;
  const [from, to] = [...silence.matchAll(/([\d.]+) s/g)].map(([, seconds]) => Number(seconds)) as [
    number,
    number,
  ];
  const [late = 0] = (await passThrough(paths[2]!)).times;
  expect(Math.abs(times[20]! - from)).toBeLessThan(0.001);
  expect(Math.abs(times[50]! - late - to)).toBeLessThan(0.001);
  const loud = await loudness(blob);
  const quiet = (at: number): boolean => loud(at) < 0.01;
  expect([from - 0.1, to + 0.1, to + 0.5].map(quiet)).toEqual([false, false, false]);
  expect([from + 0.1, (from + to) / 2, to - 0.1].map(quiet)).toEqual([true, true, true]);
});

test("sound goes on where its kind changes in the middle of a packet, and after a gap that is not filled", async () => {
  const paths = [
    await clip("mp4", { ...withSound, frames: 23 }),
    await clip("mkv", { format: "matroska", audio: "libopus", sampleRate: 48_000, frames: 31 }),
    await clip("mp4", { frames: 300 }),
    await clip("avi", { format: "avi", video: "mpeg4", audio: "libmp3lame", sampleRate: 48_000 }),
  ];
  const { blob, times } = await joinFiles(paths, { container: "mp4" });
  expect(times).toHaveLength(23 + 31 + 300 + 20);
  const loud = await loudness(blob);
  const at = [times[10]!, times[23 + 15]!, times[23 + 31 + 150]!, times[23 + 31 + 300 + 10]!];
  expect(at.map((time) => loud(time) > 0.1)).toEqual([true, true, false, true]);
});

test("sound that only a later file has is kept; frame rates, gaps and colours that differ are told", async () => {
  const paths = [
    await clip("mp4"),
    await clip("mp4", {
      ...withSound,
      rate: 30,
      encoder: { "x264-params": "colorprim=bt709:transfer=bt709:colormatrix=bt709" },
    }),
  ];
  const { blob, times, changed } = await joinFiles(paths);
  near([times[19]!, times[20]!, times[21]!], [0.76, 0.8, 0.8 + 1 / 30]);
  expect(changed.map(({ message }) => message)).toEqual([
    `${paths[0]} has no sound: there is silence from 0.000 s to 0.800 s.`,
    `Pictures change from 25 to 30 a second at 0.800 s, where ${paths[1]} begins.`,
    expect.stringContaining(`The colours of ${paths[1]}, from 0.800 s on, are stated otherwise`),
  ]);
  const [first] = await readPackets(blob, "audio");
  expect(first!.timestamp).toBeGreaterThan(0.77);
  expect(first!.timestamp).toBeLessThan(0.83);
});

test("a gap between recordings is told by the times at which they say they were made, and no overlap is", () => {
  const { description } = {
    description: { video: { frameRate: 25, color: {} } },
  } as unknown as LookedAt["media"];
  const file = (name: string, time: string | undefined): LookedAt => {
    const tags: Record<string, string> = time === undefined ? {} : { creation_time: time };
    return { name, at: 60, lasts: 60, media: { description, tags, audio: [1], chapters: [] } };
  };
  const stamp = (time?: string): string | undefined => time && `2026-05-01T10:${time}.000000Z`;
  const seams = (...times: (string | undefined)[]) =>
    describeSeams(
      times.map((time, index) => file(`${index}.mp4`, stamp(time))),
      1,
    ).map(({ message }) => message);
  expect(seams("00:00", "01:00", "01:00", undefined, "09:00")).toEqual([]);
  expect(seams("00:00", "01:30")).toEqual([
    "Between 0.mp4 and 1.mp4 30.000 s are missing, by the times at which they were recorded; they follow one another at 60.000 s.",
  ]);
});

test("a cut is of the whole; transport streams are measured, since they only estimate their length", async () => {
  const ts = { format: "mpegts", audio: "aac" };
  const paths = [await clip("ts", ts), await clip("ts", ts), await clip("ts", ts)];
  const whole = await joinFiles(paths, { container: "mp4" });
  expect(whole.times).toHaveLength(60);
  whole.times.slice(1).forEach((time, index) => expect(time - whole.times[index]!).toBeGreaterThan(0.039));
  expect(whole.times[59]! - whole.times[0]!).toBeLessThan(2.6);
  const cut = await joinFiles(paths, { container: "mp4" }, { start: 1, end: 2 });
  near(
    cut.times,
    whole.times.filter((time) => time >= 1 && time < 2),
  );
  const sound = await readPackets(cut.blob, "audio");
  expect(sound.at(-1)!.timestamp).toBeLessThan(1.01);
  expect(sound.at(-1)!.timestamp).toBeGreaterThan(0.9);
});

test("what cannot be of one video is refused, both files named; so is what cannot be read twice", async () => {
  const paths = [await clip("mp4"), await clip("mp4", { size: [48, 64] })];
  const refused = await nodeDriver({ followedBy: [paths[1]!] })
    .open(paths[0]!)
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: "invalid-option",
    message: `${paths[1]} cannot follow ${paths[0]}: their size differs, 48×64 and 64×48.`,
    fix: expect.stringContaining(paths[1]!),
  });
  await expect(nodeDriver({ followedBy: [join(folder, "none.mp4")] }).open(paths[0]!)).rejects.toMatchObject({
    code: "input-not-found",
  });
  const stream = new Blob([new Uint8Array(await readFile(paths[0]!))]).stream();
  await expect(nodeDriver({ followedBy: [paths[0]!] }).open(stream)).rejects.toMatchObject({
    code: "invalid-option",
  });
});

/** How loud the sound of a clip is at a time: the largest sample within 20 ms. */
async function loudness(blob: Blob): Promise<(seconds: number) => number> {
  const nodeAv = await loadNodeAv();
  await using reader = await nodeDriver().open(blob);
  const media = findMedia(reader)!;
  const stream = media.streams.find(({ kind }) => kind === "audio")!;
  await using reading = await media.access.read([stream.index]);
  using decoder = await openStreamDecoder(nodeAv, stream);
  const peaks: { readonly from: number; readonly to: number; readonly peak: number }[] = [];
  const receive = async (): Promise<void> => {
    for (let got = await decoder.receive(); got; got = await decoder.receive()) {
      if (!("frame" in got)) continue;
      using frame = got.frame;
      const [plane] = frame.data!;
      const samples = new Float32Array(plane!.buffer, plane!.byteOffset, frame.nbSamples);
      const from = (Number(frame.bestEffortTimestamp) * stream.timeBase.num) / stream.timeBase.den;
      peaks.push({
        from,
        to: from + frame.nbSamples / frame.sampleRate,
        peak: Math.max(...samples.map(Math.abs)),
      });
    }
  };
  for (;;) {
    using packet = await reading.demuxer.nextOfAny();
    await decoder.send(packet ?? null);
    await receive();
    if (!packet) break;
  }
  return (at) => {
    const here = peaks.filter(({ from, to }) => from <= at && to > at).map(({ peak }) => peak);
    return Math.max(0, ...here);
  };
}
