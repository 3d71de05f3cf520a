import type { Frame, Size } from "@tatami/core";
import { createFrame, createPlane, frameLedger } from "@tatami/core";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { UpscalerOptions } from "../options.ts";
import { seededSesr } from "../testing/models.ts";
import { createUpscaler } from "../upscaler.ts";

const model = seededSesr();
const size: Size = { width: 90, height: 70 };
const base: UpscalerOptions = { model, backends: ["wasm"], threads: 2, patchSize: 40 };

/** A still picture on which a small bright square goes to the right, a step a frame. */
function frameOf(index: number, change = 60, of: Size = size): Frame {
  const luma = createPlane(of);
  luma.data.forEach((_, i) => (luma.data[i] = 80 + ((i * 2654435761) >>> 27)));
  for (let y = 10; y < 18; y++)
    for (let x = 0; x < 8; x++) luma.data[y * luma.stride + ((4 + index + x) % of.width)]! += change;
  const chroma = createPlane({ width: Math.ceil(of.width / 2), height: Math.ceil(of.height / 2) });
  chroma.data.fill(128);
  const other = { ...chroma, data: chroma.data.slice() };
  return createFrame({ luma, chroma: [chroma, other] }, { timestamp: index / 25 }, "test");
}

async function* stream(indices: readonly number[], change?: number): AsyncGenerator<Frame> {
  for (const index of indices) yield frameOf(index, change);
}

async function run(options: Partial<UpscalerOptions>, indices: readonly number[], change?: number) {
  await using upscaler = await createUpscaler({ ...base, ...options });
  const lumas: Uint8Array[] = [];
  const times: number[] = [];
  const patches = { computed: 0, reused: 0 };
  const onPatches = (computed: number, reused: number): void => {
    patches.computed += computed;
    patches.reused += reused;
  };
  for await (const frame of upscaler.frames(stream(indices, change), { onPatches })) {
    lumas.push((await frame.planes()).luma.data.slice());
    times.push(frame.timestamp);
    frame.close();
  }
  return { lumas, times, patches };
}

describe("a stream of frames", () => {
  beforeEach(() => frameLedger.reset());

  it("has as many frames out as in, in order, bit for bit what computing everything gives", async () => {
    const still = [0, 0, 0, 1, 1, 2, 3, 3, 3, 3, 40, 41];
    const whole = await run({ reuse: "off" }, still);
    expect(whole.patches.reused).toBe(0);
    for (const maxLatencyFrames of [1, 3, 4, 16]) {
      const seen = await run({ maxLatencyFrames }, still);
      expect(seen.times).toEqual(whole.times);
      expect(seen.lumas.map((luma, i) => Buffer.compare(luma, whole.lumas[i]!))).toEqual(still.map(() => 0));
      expect(seen.patches.reused).toBeGreaterThan(seen.patches.computed);
      expect(seen.patches.reused + seen.patches.computed).toBe(whole.patches.computed);
    }
    expect(frameLedger.open).toBe(0);
  });

  it("stays near the truth where little changes are carried over", async () => {
    const indices = Array.from({ length: 16 }, (_, index) => index);
    const whole = await run({ reuse: "off" }, indices, 5);
    const seen = await run({ reuse: "bounded" }, indices, 5);
    expect(seen.patches.reused).toBeGreaterThan(seen.patches.computed);
    seen.lumas.forEach((luma, index) => {
      const error = luma.reduce((sum, value, i) => sum + (value - whole.lumas[index]![i]!) ** 2, 0);
      expect(10 * Math.log10((255 ** 2 * luma.length) / Math.max(error, 1))).toBeGreaterThan(45);
    });
  });

  it("closes every frame wherever it is left, by its reader, by an abort or by its source's error", async () => {
    await using upscaler = await createUpscaler(base);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("return", "abort", "error"),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        async (how, at, reads) => {
          frameLedger.reset();
          const controller = new AbortController();
          const reason = new Error("enough");
          const source = async function* (): AsyncGenerator<Frame> {
            for (let index = 0; index < 10; index++) {
              if (index === at && how === "error") throw reason;
              if (index === at && how === "abort") controller.abort(reason);
              yield frameOf(index);
            }
          };
          let seen = 0;
          const read = async (): Promise<void> => {
            for await (const frame of upscaler.frames(source(), { signal: controller.signal })) {
              frame.close();
              if (++seen >= reads && how === "return") break;
            }
          };
          if (how === "return") await read();
          else await expect(read()).rejects.toBe(reason);
          expect(frameLedger.open).toBe(0);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("goes on when the frames change their size", async () => {
    await using upscaler = await createUpscaler(base);
    const sizes = [size, size, { width: 33, height: 21 }, { width: 33, height: 21 }, size];
    const source = async function* (): AsyncGenerator<Frame> {
      for (const each of sizes) yield frameOf(0, 60, each);
    };
    const seen: Size[] = [];
    for await (const frame of upscaler.frames(source())) {
      seen.push(frame.size);
      frame.close();
    }
    expect(seen).toEqual(sizes.map(({ width, height }) => ({ width: 2 * width, height: 2 * height })));
    expect(frameLedger.open).toBe(0);
  });

  it("tints what was not computed, when asked to", async () => {
    await using upscaler = await createUpscaler({ ...base, debugView: "reuse" });
    const chroma: Uint8Array[] = [];
    for await (const frame of upscaler.frames(stream([0, 0]))) {
      chroma.push((await frame.planes()).chroma[0].data.slice());
      frame.close();
    }
    expect(new Set(chroma[0])).toEqual(new Set([128]));
    expect(new Set(chroma[1])).toEqual(new Set([88]));
  });

  it("forgets after a reset", async () => {
    await using upscaler = await createUpscaler(base);
    const counts: number[] = [];
    const once = async (): Promise<void> =>
      (await upscaler.frame(frameOf(0), { onPatches: (computed) => counts.push(computed) })).close();
    await once();
    await once();
    await upscaler.reset();
    await once();
    expect(counts[1]).toBe(0);
    expect(counts[2]).toBe(counts[0]);
  });
});
