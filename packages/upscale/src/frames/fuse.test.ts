import type { Frame, Plane } from "@tatami/core";
import { createFrame, createPlane, createRandom, frameLedger } from "@tatami/core";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { nearestModel } from "../testing/models.ts";
import { createSyntheticDriver } from "../testing/synthetic-driver.ts";
import type { Upscaler, UpscalerOptions } from "../options.ts";
import { upscale } from "../upscale.ts";
import { createUpscaler } from "../upscaler.ts";

const size = { width: 64, height: 48 };
const gop = 16;

beforeEach(() => frameLedger.reset());
afterEach(() => expect(frameLedger.open).toBe(0));

/** A still picture with new noise at each key frame, copied in between. */
function still(index: number, sigma = 3): Plane {
  const random = createRandom(Math.floor(index / gop) + 1);
  const plane = createPlane(size);
  plane.data.forEach((_, i) => {
    const noise = (random.uniform() + random.uniform() + random.uniform() - 1.5) * 2 * sigma;
    plane.data[i] = Math.round(100 + (i % 64) + noise);
  });
  return plane;
}

async function* recording(frames: number): AsyncGenerator<Frame> {
  for (let index = 0; index < frames; index++) {
    const grey = { ...createPlane({ width: 32, height: 24 }), data: new Uint8Array(768).fill(128) };
    const isKey = index % gop === 0;
    yield createFrame({ luma: still(index), chroma: [grey, grey] }, { timestamp: index / 25, isKey });
  }
}

async function enlarge(frames: number, options: Partial<UpscalerOptions>): Promise<Plane[][]> {
  await using upscaler = await createUpscaler({
    model: nearestModel(),
    backends: ["wasm"],
    threads: 1,
    patchSize: 64,
    batchSize: 1,
    ...options,
  });
  const planes: Plane[][] = [];
  for await (const frame of upscaler.frames(recording(frames))) {
    const { luma, chroma } = await frame.planes();
    planes.push([luma, ...chroma]);
    frame.close();
  }
  return planes;
}

/** Mean distance of enlarged luma from the picture without noise. */
function errorOf({ data, stride }: Plane): number {
  let sum = 0;
  data.forEach((value, i) => (sum += Math.abs(value - 100 - ((i % stride) >> 1))));
  return sum / data.length;
}

describe("a stream of frames that is fused", () => {
  it("has less noise, with and without reuse of patches, and frame for frame the times it had", async () => {
    const [plain, fused, reusing] = await Promise.all([
      enlarge(8 * gop, {}),
      enlarge(8 * gop, { fuse: "static" }),
      enlarge(8 * gop, { fuse: "static", reuse: "exact", patchSize: 32 }),
    ]);
    expect(errorOf(fused.at(-1)![0]!)).toBeLessThan(0.5 * errorOf(plain.at(-1)![0]!));
    expect(reusing.map(([luma]) => luma!.data)).toEqual(fused.map(([luma]) => luma!.data));
    expect(await enlarge(gop, { fuse: "off" })).toEqual(await enlarge(gop, {}));
  });

  it("is not, until it has shown to gain, where that is to be found out", async () => {
    const [plain, found] = [await enlarge(9 * gop, {}), await enlarge(9 * gop, { fuse: "auto" })];
    expect(found.slice(0, 4 * gop)).toEqual(plain.slice(0, 4 * gop));
    expect(errorOf(found.at(-1)![0]!)).toBeLessThan(0.5 * errorOf(plain.at(-1)![0]!));
  });

  it("is tinted by how much it rests on, on request", async () => {
    const shown = await enlarge(6 * gop, { fuse: "static", debugView: "fusion" });
    const blue = (index: number): number => shown[index]![1]!.data[500]!;
    expect(blue(0)).toBe(128);
    expect(blue(30)).toBeGreaterThan(130);
    expect(blue(95)).toBeGreaterThan(blue(30));
  });

  it("frame by frame is the same, says what came of it, and forgets pixels on request", async () => {
    await using upscaler = await createUpscaler({
      model: nearestModel(),
      backends: ["wasm"],
      threads: 1,
      fuse: "static",
    });
    expect(upscaler.fuse).toBe("static");
    const wanted = await enlarge(2 * gop, { fuse: "static" });
    const one = async (frame: Frame): Promise<Uint8Array> => {
      const larger = await upscaler.frame(frame);
      const { luma } = await larger.planes();
      larger.close();
      return luma.data;
    };
    let index = 0;
    for await (const frame of recording(2 * gop)) expect(await one(frame)).toEqual(wanted[index++]![0]!.data);
    expect(upscaler.fusion).toMatchObject({ mode: "static", frames: 2 * gop, keyFrames: 1 });
    await upscaler.reset();
    for await (const frame of recording(1)) expect(await one(frame)).toEqual(wanted[0]![0]!.data);
  });

  it("is refused with a mode that there is not", async () => {
    const wrong = { model: nearestModel(), fuse: "always" as "auto" };
    await expect(createUpscaler(wrong)).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringMatching(/options\.fuse/),
    });
  });
});

test("a job whose upscaler cannot be told refuses to fuse, instead of not doing it", async () => {
  await using upscaler = await createUpscaler({ model: nearestModel(), backends: ["wasm"], threads: 1 });
  const { fuse: _, ...elsewhere } = upscaler;
  const job = upscale("in.mp4", {
    model: { ...elsewhere, frame: upscaler.frame } as Upscaler,
    codecs: [createSyntheticDriver({ ...size, frames: 3 })],
    fuse: "static",
  });
  await expect(job).rejects.toMatchObject({
    code: "invalid-option",
    fix: expect.stringMatching(/connectUpscaler/),
  });
});
