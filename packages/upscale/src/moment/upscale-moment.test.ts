import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import { makeMuxedClip } from "@tatami/codecs/testing";
import { createRandom, frameLedger } from "@tatami/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nearestModel } from "../testing/models.ts";
import { createUpscaler } from "../upscaler.ts";
import type { MomentPicture, UpscaleMomentOptions } from "./upscale-moment.ts";
import { upscaleMoment } from "./upscale-moment.ts";

const [width, height] = [96, 72];
const frames = 100;
const folder = await mkdtemp(join(tmpdir(), "tatami-moment-"));
const clip = join(folder, "clip.mkv");
const upscaler = await createUpscaler({ model: nearestModel(), backends: ["wasm"], threads: 1 });

/** What the camera sees without noise: somebody stands there for a second, from frame 40 to 65. */
function levelAt(x: number, y: number, index: number): number {
  const isThere = index >= 40 && index < 65 && x >= 40 && x < 60 && y >= 20 && y < 60;
  return isThere ? 60 : 120 + ((x * 3 + y * 5) % 40);
}

beforeAll(() =>
  makeMuxedClip(clip, {
    format: "matroska",
    video: "libx264",
    frames,
    size: [width, height],
    encoder: { crf: "12", preset: "veryfast", "x264-params": "keyint=10:scenecut=0" },
    draw: (planes, strides, index) => {
      const random = createRandom(index + 1);
      planes.forEach((plane, number) =>
        plane.forEach((_, at) => {
          const [x, y] = [at % strides[number]!, Math.floor(at / strides[number]!)];
          const noise = (random.uniform() + random.uniform() + random.uniform() - 1.5) * 8;
          plane[at] = (number === 0 ? levelAt(x, y, index) : 128) + noise;
        }),
      );
    },
  }),
);
afterAll(async () => {
  await upscaler.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => frameLedger.reset());
afterEach(() => expect(frameLedger.open).toBe(0));

interface Errors {
  /** Mean distance from what was there, levels, of luma and of a colour. */
  readonly error: number;
  readonly colour: number;
}

async function take(options: Partial<UpscaleMomentOptions>): Promise<MomentPicture & Errors> {
  const picture = await upscaleMoment(clip, { model: upscaler, codecs: [nodeDriver()], at: 2, ...options });
  const { luma, chroma } = await picture.frame.planes();
  picture.frame.close();
  const index = Math.round(picture.timestamp * 25);
  let sum = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      sum += Math.abs(luma.data[2 * y * luma.stride + 2 * x]! - levelAt(x, y, index));
  const colour = chroma[0].data.reduce((total, level) => total + Math.abs(level - 128), 0);
  return { ...picture, error: sum / (width * height), colour: colour / chroma[0].data.length };
}

describe("the picture of a moment", () => {
  it("rests on the frames around it, and shows who stands there then", async () => {
    const [alone, gathered] = [await take({ around: 0 }), await take({})];
    expect(alone).toMatchObject({ looked: 1, timestamp: 2, model: "nearest-x2", backend: "wasm" });
    expect(alone.map.regions.every(({ frames: count }) => count === 1)).toBe(true);
    expect(gathered.looked).toBe(frames);
    expect(gathered.error).toBeLessThan(0.5 * alone.error);
    expect(gathered.colour).toBeLessThan(0.5 * alone.colour);
    expect(gathered.frame.size).toEqual({ width: 2 * width, height: 2 * height });
    const { columns, rows, regions } = gathered.map;
    expect([columns, rows, regions.length]).toEqual([16, 9, 144]);
    // the wall from the first frame to the last; whoever stands there for a second at most
    const at = (column: number, row: number) => regions[row * columns + column]!;
    expect(at(1, 1)).toMatchObject({ before: 2, after: 1.96 });
    expect(at(1, 1).frames).toBeGreaterThan(90);
    expect(at(8, 5).frames).toBeLessThan(40);
    expect(at(8, 5).before).toBeLessThan(0.6);
    expect(at(8, 5).after).toBeLessThan(0.8);
  });

  it("of an empty place shows nobody who was there before", async () => {
    const { error } = await take({ at: 3.2 });
    expect(error).toBeLessThan(2);
  });

  it("takes a size, and looks no farther than it is told", async () => {
    const { frame, looked } = await take({ around: 0.4 });
    expect(looked).toBe(21);
    expect(frame.size.width).toBe(2 * width);
    const sized = await upscaleMoment(clip, { model: upscaler, codecs: [nodeDriver()], at: 1, size: "1.5x" });
    expect(sized.frame.size).toEqual({ width: 144, height: 108 });
    sized.frame.close();
  });

  it("ends in one clear error behind the end, for nonsense, and on an abort", async () => {
    await expect(take({ at: 60 })).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringMatching(/options\.at/),
    });
    await expect(take({ at: -1 })).rejects.toMatchObject({ code: "invalid-option" });
    await expect(take({ around: 1e4 })).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringMatching(/around/),
    });
    const stop = new AbortController();
    stop.abort(new Error("Enough."));
    await expect(take({ signal: stop.signal })).rejects.toThrow("Enough.");
  });
});
