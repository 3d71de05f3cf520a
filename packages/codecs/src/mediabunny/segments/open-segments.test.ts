import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registerMediabunnyServer } from "@mediabunny/server";
import type { CodecDriver, MediaInput, SegmentedInit, SegmentedOutput } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nodeDriver } from "../../node/driver.ts";
import { framesMd5 } from "../../testing/frames-md5.ts";
import { installMemoryStorage } from "../../testing/memory-storage.ts";
import { makeMuxedClip } from "../../testing/make-muxed-clip.ts";
import { readPackets } from "../../testing/read-packets.ts";
import { mediabunnyDriver } from "../driver.ts";
import { listKeptJobs, removeKeptJob } from "./part-store.ts";

// WebCodecs, as browsers have them
registerMediabunnyServer();
const folder = await mkdtemp(join(tmpdir(), "tatami-kept-"));
const clip = join(folder, "clip.mp4");
let bytes = new Uint8Array();
let storage: ReturnType<typeof installMemoryStorage>;
afterAll(() => rm(folder, { recursive: true }));
beforeAll(async () => {
  await makeMuxedClip(clip, {
    format: "mp4",
    video: "libx264",
    audio: "aac",
    frames: 60,
    size: [64, 48],
    encoder: { "x264-params": "keyint=12:bframes=2:scenecut=0" },
    draw: (planes, strides, index) =>
      planes.forEach((plane, number) =>
        plane.forEach(
          (_, at) => (plane[at] = 60 + (((at % strides[number]!) * 3 + index * 5) % 120) + number * 10),
        ),
      ),
  });
  bytes = new Uint8Array(await readFile(clip));
});
beforeEach(() => {
  frameLedger.reset();
  storage = installMemoryStorage();
});
afterEach(() => {
  storage.restore();
  expect(frameLedger.open).toBe(0);
});

/** A place where outputs are kept in segments: what differs between Node and browsers. */
interface Place {
  readonly driver: CodecDriver;
  input(): MediaInput;
  /** The output of the init; none is a Blob. */
  readonly output: string | undefined;
  /** Names of the parts that are kept. */
  parts(): Promise<readonly string[]>;
  /** Damages a part. */
  spoil(name: string): Promise<void>;
}

const output = join(folder, "out.mp4");
const parts = `${output}.tatami`;
const flip = (data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
  data[100]! ^= 1;
  return data;
};
const places: Readonly<Record<string, Place>> = {
  "a folder beside the output": {
    driver: nodeDriver(),
    input: () => clip,
    output,
    parts: async () => (await readdir(parts).catch(() => [])).filter((name) => name.endsWith(".part")),
    spoil: async (name) =>
      writeFile(join(parts, name), flip(new Uint8Array(await readFile(join(parts, name))))),
  },
  "the browser's storage": {
    driver: mediabunnyDriver(),
    input: () => new File([bytes], "clip.mp4", { lastModified: 1e12 }),
    output: undefined,
    parts: async () =>
      storage
        .names()
        .filter((name) => name.endsWith(".part"))
        .map((name) => name.split("/").at(-1)!),
    spoil: (name) =>
      storage.change(
        storage.names().find((each) => each.endsWith(name))!,
        flip,
      ),
  },
};

/** Opens the output, and makes what of it is wanted. */
async function work(
  { driver, input, output: path }: Place,
  wanted: (output: SegmentedOutput) => readonly number[],
  more: Partial<SegmentedInit> & { readonly end?: "join" | "discard" } = {},
): Promise<{ readonly begun: SegmentedOutput; readonly kept: number; readonly result?: Blob }> {
  const { end, ...init } = more;
  await using reader = await driver.open(input());
  const opened = await driver.openSegments!({
    reader,
    ...(path !== undefined && { output: path }),
    size: reader.description.video,
    depends: { model: "a" },
    shortest: 0.3,
    encode: { container: "mp4", codec: "avc" },
    ...init,
  });
  const kept = opened.kept.size;
  try {
    for (const index of wanted(opened)) {
      const segment = opened.segments[index]!;
      await using writer = await opened.write(segment);
      const { index: _, ...read } = segment;
      for await (const frame of reader.frames(read)) await writer.write(frame);
      await writer.finish({ damaged: [], changed: [] });
    }
    if (end === "discard") await opened.discard();
    if (end !== "join") return { begun: opened, kept };
    const { blob } = await opened.join();
    return { begun: opened, kept, result: blob ?? new Blob([new Uint8Array(await readFile(path!))]) };
  } finally {
    await opened[Symbol.asyncDispose]();
  }
}

const all = ({ segments }: SegmentedOutput): readonly number[] => segments.map(({ index }) => index);

/** Sums of a result's frames, and its packets of sound. */
async function look(result: Blob): Promise<{ readonly frames: readonly string[]; readonly sound: unknown }> {
  const path = join(folder, "look.mp4");
  await writeFile(path, new Uint8Array(await result.arrayBuffer()));
  return { frames: await framesMd5(path), sound: await readPackets(result, "audio") };
}

describe.each(Object.entries(places))("an output in segments, kept in %s", (_, place) => {
  it("is the same made in one go, in any order, and in several", async () => {
    const straight = await work(place, all, { end: "join" });
    expect(straight.begun.segments).toHaveLength(5);
    expect(await place.parts()).toEqual([]);
    const whole = await look(straight.result!);
    expect(whole.frames).toHaveLength(60);
    expect(new Set(whole.frames).size).toBe(60);

    await work(place, () => [3, 0]);
    expect([...(await place.parts())].sort()).toEqual(["00000.part", "00003.part"]);
    const again = await work(place, ({ kept }) => [4, 2, 1].filter((index) => !kept.has(index)), {
      end: "join",
    });
    expect(again.kept).toBe(2);
    expect(await look(again.result!)).toEqual(whole);
    expect(await place.parts()).toEqual([]);
  });

  it("a damaged part is made again; what is not kept leaves nothing", async () => {
    await work(place, () => [0, 1]);
    await place.spoil("00001.part");
    const { begun } = await work(place, () => [], { end: "discard" });
    expect([[...begun.kept.keys()], begun.spoilt]).toEqual([[0], 1]);
    expect(await place.parts()).toEqual([]);
  });

  it("nothing of another job is used, nor of the same with another encoding", async () => {
    await work(place, () => [0, 1]);
    expect((await work(place, () => [], { depends: { model: "b" } })).kept).toBe(0);
    await work(place, () => [0], { end: "discard", encode: { container: "mp4", quality: 20 } });
    await work(place, () => [], { end: "discard" });
  });

  it("is one run's at a time, and not joined while a part is missing", async () => {
    await using reader = await place.driver.open(place.input());
    const init = {
      reader,
      ...(place.output !== undefined && { output: place.output }),
      size: reader.description.video,
      depends: { model: "a" },
      shortest: 0.3,
      encode: { container: "mp4", codec: "avc" },
    } as const;
    await using opened = await place.driver.openSegments!(init);
    await expect(place.driver.openSegments!(init)).rejects.toMatchObject({ code: "output-failed" });
    await expect(opened.join()).rejects.toMatchObject({ code: "internal" });
  });

  it("an abort ends the segment at work, and its part does not come to be", async () => {
    const stop = new AbortController();
    const reason = new Error("Enough.");
    const running = work(
      place,
      (opened) => {
        queueMicrotask(() => stop.abort(reason));
        return all(opened);
      },
      { read: { signal: stop.signal } },
    );
    await expect(running).rejects.toBe(reason);
    expect(await place.parts()).toEqual([]);
  });
});

describe("jobs that are kept in a browser", () => {
  const place = places["the browser's storage"]!;

  it("are listed, and removed", async () => {
    await work(place, () => [0, 2]);
    const [job, ...others] = await listKeptJobs();
    expect(others).toEqual([]);
    expect(job).toMatchObject({ input: "clip.mp4", segments: 5, done: 2 });
    expect(job!.bytes).toBeGreaterThan(500);
    expect(await removeKeptJob(job!.id)).toBe(true);
    expect(await removeKeptJob(job!.id)).toBe(false);
    expect([await listKeptJobs(), storage.names()]).toEqual([[], []]);
  });

  it("that are at work cannot be removed", async () => {
    await using reader = await place.driver.open(place.input());
    const init = { reader, size: reader.description.video, depends: {}, shortest: 1 };
    await using _ = await place.driver.openSegments!(init);
    const [job] = await listKeptJobs();
    await expect(removeKeptJob(job!.id)).rejects.toMatchObject({ code: "output-failed" });
  });

  it("end with what helps where the site may store no more, and keep what was finished", async () => {
    await work(place, () => [0]);
    storage.quota = (await listKeptJobs())[0]!.bytes + 100;
    await expect(work(place, () => [1])).rejects.toMatchObject({
      code: "output-failed",
      message: expect.stringContaining("lets the site store no more"),
      fix: expect.stringContaining("removeKeptJob"),
    });
    expect(await place.parts()).toEqual(["00000.part"]);
  });

  it("are of files: what is fetched cannot be found again unchanged", async () => {
    await expect(work({ ...place, input: () => bytes }, all)).rejects.toMatchObject({
      code: "invalid-option",
      fix: expect.stringContaining("File"),
    });
    storage.restore();
    await expect(work(place, all)).rejects.toMatchObject({ code: "unsupported-environment" });
  });
});
