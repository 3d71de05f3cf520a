/** Frames of ten bits through the upscaler: as those of 8 bits are, with what is finer kept. */

import type { DeepPlanes, Frame, Planes } from "@tatami/core";
import {
  createDeepPlane,
  createFrame,
  createPlane,
  createRandom,
  frameLedger,
  roundPlanes,
} from "@tatami/core";
import { seededSesr } from "@tatami/graph";
import { beforeEach, describe, expect, it } from "vitest";
import { createSizer } from "../files/sizer.ts";
import type { UpscalerOptions } from "../options.ts";
import { createUpscaler } from "../upscaler.ts";

const size = { width: 72, height: 56 };
const half = { width: 36, height: 28 };
const model = seededSesr("m3", 2, 1);
const base: UpscalerOptions = { model, backends: ["wasm"], threads: 2, patchSize: 40 };

/** Texture in steps of ten bits and a square that goes to the right. @param step of 4: what 8 bits hold */
function deepPlanes(index: number, step = 1): DeepPlanes {
  const luma = createDeepPlane(size, 10);
  luma.data.forEach((_, i) => (luma.data[i] = step * Math.floor((320 + ((i * 2654435761) >>> 26)) / step)));
  for (let y = 10; y < 18; y++)
    for (let x = 0; x < 8; x++) luma.data[y * size.width + ((4 + index + x) % size.width)]! += 240;
  const chroma = [0, 1].map((plane) => {
    const made = createDeepPlane(half, 10);
    made.data.forEach(
      (_, i) => (made.data[i] = step * Math.floor((440 + 60 * plane + (((i * 40503) >>> 3) % 50)) / step)),
    );
    return made;
  });
  return { luma, chroma: [chroma[0]!, chroma[1]!] };
}

function inEightBits({ luma, chroma }: DeepPlanes): Planes {
  const convert = (plane: DeepPlanes["luma"]) => {
    const made = createPlane({ width: plane.width, height: plane.height });
    made.data.forEach((_, i) => (made.data[i] = plane.data[i]! / 4));
    return made;
  };
  return { luma: convert(luma), chroma: [convert(chroma[0]), convert(chroma[1])] };
}

async function* stream(planes: readonly (DeepPlanes | Planes)[]): AsyncGenerator<Frame> {
  for (const [index, each] of planes.entries()) yield createFrame(each, { timestamp: index / 25 }, "test");
}

async function run(options: Partial<UpscalerOptions>, planes: readonly (DeepPlanes | Planes)[]) {
  await using upscaler = await createUpscaler({ ...base, ...options });
  const results: (DeepPlanes | Planes)[] = [];
  const patches = { computed: 0, reused: 0, cells: [0, 0] };
  const onPatches = (computed: number, reused: number, cells: readonly number[] = [0, 0]): void => {
    patches.computed += computed;
    patches.reused += reused;
    patches.cells = patches.cells.map((count, rung) => count + cells[rung]!);
  };
  for await (const frame of upscaler.frames(stream(planes), { onPatches })) {
    results.push(await (frame.deepPlanes?.() ?? frame.planes()));
    frame.close();
  }
  return { results, patches };
}

const still = [0, 0, 0, 1, 1, 2, 30, 30];

describe("frames of ten bits", () => {
  beforeEach(() => frameLedger.reset());

  // every engine's own samples are held against the definition in the contract suite of `runtime`
  it("become larger ones of ten bits, as close to those of 8 as rounding allows", async () => {
    const deep = [deepPlanes(0, 4)];
    const [{ results }, plain] = [await run({}, deep), await run({}, deep.map(inEightBits))];
    const [seen, right] = [results[0]!, plain.results[0]!];
    expect(seen.luma).toMatchObject({ width: 144, height: 112, bits: 10 });
    const off = Array.from(seen.luma.data, (value, i) => Math.abs(value / 4 - right.luma.data[i]!));
    expect(Math.max(...off)).toBeLessThan(0.55);
    // chroma follows luma that was rounded there
    const chroma = Array.from(seen.chroma[1].data, (value, i) =>
      Math.abs(value / 4 - right.chroma[1].data[i]!),
    );
    expect(Math.max(...chroma)).toBeLessThan(2);
    expect(Array.from(seen.luma.data).filter((value) => value % 4 !== 0).length).toBeGreaterThan(1000);
    expect(frameLedger.open).toBe(0);
  });

  it("reuse what did not change, bit for bit what computing everything gives", async () => {
    const planes = still.map((index) => deepPlanes(index));
    const whole = await run({ reuse: "off" }, planes);
    const seen = await run({ reuse: "exact" }, planes);
    expect(seen.patches.reused).toBeGreaterThan(seen.patches.computed);
    seen.results.forEach(({ luma, chroma }, index) => {
      expect(luma.data).toEqual(whole.results[index]!.luma.data);
      expect(chroma[0].data).toEqual(whole.results[index]!.chroma[0].data);
    });
  });

  it("share networks by the energies that frames of 8 bits have", async () => {
    // untrained, but called as networks are that were calibrated with one another
    const ladder = [
      { ...seededSesr("m3", 2, 1), name: "m3-x2" },
      { ...seededSesr("m7", 2, 3), name: "xl-x2" },
    ];
    const options = { model: ladder, routingLoss: 0.28, reuse: "off" } as const;
    const deep = [deepPlanes(0, 4)];
    const [seen, right] = [await run(options, deep), await run(options, deep.map(inEightBits))];
    const total = right.patches.cells.reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThan(0);
    const moved = Math.abs(seen.patches.cells[1]! - right.patches.cells[1]!);
    expect(moved / total).toBeLessThan(0.1);
  });

  it("are as strong as they are asked to be, tinted, and made smaller", async () => {
    const planes = [deepPlanes(0), deepPlanes(0)];
    const [filter, network] = [await run({ strength: 0 }, planes), await run({ debugView: "reuse" }, planes)];
    expect(filter.results[0]!.luma.data).not.toEqual(network.results[0]!.luma.data);
    expect(network.results[1]!.luma.data).toEqual(network.results[0]!.luma.data);
    const tinted = Array.from(
      network.results[1]!.chroma[0].data,
      (value, i) => value - network.results[0]!.chroma[0].data[i]!,
    );
    expect(Math.min(...tinted)).toBe(-160);
    const sized = await createSizer({ width: 100, height: 78 });
    for await (const frame of sized(stream([network.results[0]!]))) {
      const { luma, chroma } = await frame.deepPlanes!();
      expect([luma.width, luma.bits, chroma[0].width]).toEqual([100, 10, 50]);
      frame.close();
    }
    expect(frameLedger.open).toBe(0);
  });

  it("are fused as those of 8 bits are, and stay finer; without noise as they were", async () => {
    const random = createRandom(4);
    const noisy = Array.from({ length: 24 }, () => {
      const planes = deepPlanes(0);
      planes.luma.data.forEach(
        (value, i) => (planes.luma.data[i] = value + Math.round(20 * (random.uniform() - 0.5))),
      );
      return planes;
    });
    const rounded = await run({ fuse: "static" }, noisy.map(roundPlanes));
    const [alone, seen] = [await run({}, noisy), await run({ fuse: "static" }, noisy)];
    const clean = (await run({}, [deepPlanes(0)])).results[0]!.luma.data;
    const errorOf = ({ results }: typeof seen, step: number): number =>
      Array.from(results.at(-1)!.luma.data).reduce(
        (sum, value, i) => sum + (step * value - clean[i]!) ** 2,
        0,
      );
    expect(errorOf(seen, 1)).toBeLessThan(0.4 * errorOf(alone, 1));
    // a level of 8 bits is four here: what is finer than that is not rounded away
    expect(errorOf(seen, 1)).toBeLessThan(errorOf(rounded, 4));
    const calm = Array.from({ length: 6 }, () => deepPlanes(0));
    const [fused, plain] = [await run({ fuse: "static" }, calm), await run({}, calm)];
    expect(fused.results.at(-1)!.luma.data).toEqual(plain.results.at(-1)!.luma.data);
    expect(frameLedger.open).toBe(0);
  });

  it("may follow frames of 8 bits in one stream", async () => {
    const { results } = await run({ reuse: "exact" }, [
      inEightBits(deepPlanes(0, 4)),
      deepPlanes(0, 4),
      inEightBits(deepPlanes(1, 4)),
    ]);
    expect(results.map(({ luma }) => luma.data.BYTES_PER_ELEMENT)).toEqual([1, 2, 1]);
  });
});
