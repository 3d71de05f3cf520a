import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Damage, MediaInput, ReadOptions } from "@tatami/core";
import { frameLedger, planesOf } from "@tatami/core";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { nodeDriver } from "../index.ts";

const folder = await mkdtemp(join(tmpdir(), "tatami-raw-"));
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => expect(frameLedger.open).toBe(0));

const [width, height] = [22, 14];

/** Pictures of one value each, 40 and up. */
function pictures(bytes: number, count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => Buffer.alloc(bytes, 40 + index)));
}

/** As a pipe gives them: in parts that have nothing to do with pictures. */
function inParts(bytes: Buffer): MediaInput {
  const parts = Array.from({ length: Math.ceil(bytes.length / 100) }, (_, part) =>
    bytes.subarray(part * 100, part * 100 + 100),
  );
  return Readable.toWeb(Readable.from(parts)) as MediaInput;
}

async function readAll(
  input: MediaInput,
  format: string,
  { frameRate, ...read }: ReadOptions & { readonly frameRate?: number } = {},
) {
  const driver = nodeDriver({ raw: { width, height, format } });
  await using reader = await driver.open(input, {
    bitDepth: "source",
    ...(frameRate !== undefined && { frameRate }),
  });
  const damaged: Damage[] = [];
  const [times, lumas]: [number[], number[]] = [[], []];
  for await (const frame of reader.frames({ ...read, onDamaged: (damage) => damaged.push(damage) })) {
    times.push(frame.timestamp);
    const { luma } = await planesOf(frame);
    lumas.push(luma.data[luma.stride * (height - 1) + width - 1]!);
    frame.close();
  }
  return { ...reader.description, times, lumas, damaged };
}

const even = width * height * 1.5;

describe("raw video", () => {
  it.each([
    ["yuv420p", even, 8, [40, 41, 42]],
    ["nv12", even, 8, [40, 41, 42]],
    ["yuv444p", width * height * 3, 8, [40, 41, 42]],
    ["uyvy422", width * height * 2, 8, [40, 41, 42]],
    ["gray", width * height, 8, undefined],
    // words of two bytes, both 40, of which ten bits count
    ["yuv420p10le", 2 * even, 10, [40, 41, 42].map((byte) => 257 * byte)],
    ["rgb24", width * height * 3, 8, undefined],
  ])("of %s is read from a pipe, a file and a Blob", async (format, bytes, bitDepth, lumas) => {
    const all = pictures(bytes, 3);
    const path = join(folder, `${format}.yuv`);
    await writeFile(path, all);
    for (const input of [inParts(all), path, new Blob([new Uint8Array(all)])]) {
      const read = await readAll(input, format);
      expect(read).toMatchObject({ container: "raw video", damaged: [], video: { width, height, bitDepth } });
      expect(read.times.map((time) => Math.round(25 * time))).toEqual([0, 1, 2]);
      if (lumas) expect(read.lumas).toEqual(lumas);
      expect(read.lumas).toEqual(read.lumas.toSorted((one, other) => one - other));
    }
  });

  it("has the rate that is said, and is cut as any file", async () => {
    const path = join(folder, "rate.yuv");
    await writeFile(path, pictures(even, 30));
    const { times, lumas, video, duration } = await readAll(path, "yuv420p", {
      frameRate: 30_000 / 1001,
      start: 0.5,
      end: 0.8,
    });
    expect(video.frameRate).toBeCloseTo(30_000 / 1001, 6);
    expect(duration).toBeCloseTo(1.001, 3);
    expect([times.length, lumas[0], lumas.at(-1)]).toEqual([9, 40 + 15, 40 + 23]);
  });

  it("whose bytes do not divide into pictures gives those that are whole, and tells of the last", async () => {
    const all = pictures(even, 3);
    const part = all.subarray(0, all.length - 10);
    const path = join(folder, "part.yuv");
    await writeFile(path, part);
    for (const input of [inParts(part), path]) {
      const { lumas, damaged } = await readAll(input, "yuv420p");
      expect(lumas).toEqual([40, 41]);
      expect(damaged).toEqual([
        {
          seconds: 0.08,
          frames: 1,
          message: `The picture at 0.080 s cannot be decoded (it has ${even - 10} bytes of ${even}).`,
        },
      ]);
    }
  });

  it("that is none, or of which something wrong is said, is one error with a fix", async () => {
    const path = join(folder, "short.yuv");
    await writeFile(path, Buffer.alloc(100));
    for (const input of [path, inParts(Buffer.alloc(100)), inParts(Buffer.alloc(0))])
      await expect(readAll(input, "yuv420p")).rejects.toMatchObject({
        code: "damaged-input",
        message: "There is not one whole picture of 22×14 in yuv420p.",
        fix: expect.stringContaining("--input-size"),
      });
    for (const format of ["yuv42", "vaapi", ""])
      await expect(readAll(path, format)).rejects.toMatchObject({
        code: "invalid-option",
        fix: expect.stringContaining("yuv420p"),
      });
    for (const wrong of [{ width: 0 }, { height: 1.5 }, { format: 3 }, { size: 3 }])
      expect(() => nodeDriver({ raw: { width, height, format: "nv12", ...(wrong as object) } })).toThrow(
        /^raw\./,
      );
    expect(() => nodeDriver({ raw: { width, height, format: "nv12" }, followedBy: ["b.yuv"] })).toThrow(
      "followedBy must be left out beside raw",
    );
  });
});
