import type { Frame, Plane, Size } from "@tatami/core";
import { createFrame, createPlane, frameLedger, scaleSize } from "@tatami/core";
import { runReference, tensor, weighAgainstFilter } from "@tatami/graph";
import { centred, resizePlane } from "@tatami/patches";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { plan } from "../plan.ts";
import { nearestModel, seededSesr } from "../testing/models.ts";
import { createSyntheticDriver } from "../testing/synthetic-driver.ts";
import { UpscaleStream } from "../upscale-stream.ts";
import { upscale } from "../upscale.ts";
import { createUpscaler } from "../upscaler.ts";

const model = seededSesr();

beforeEach(() => frameLedger.reset());

/** Soft waves and an edge, so that a network and a filter differ. */
function lumaOf({ width, height }: Size, seed = 0): Plane {
  const plane = createPlane({ width, height });
  plane.data.forEach((_, i, data) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    data[i] = 110 + 50 * Math.sin(0.6 * x + seed) * Math.cos(0.4 * y) + (x > y ? 30 : 0);
  });
  return plane;
}

function frameOf(luma: Plane, index = 0): Frame {
  const half = { width: Math.ceil(luma.width / 2), height: Math.ceil(luma.height / 2) };
  const planes = { luma, chroma: [createPlane(half), createPlane(half)] as const };
  return createFrame(planes, { timestamp: index }, "test");
}

async function taken(frame: Frame): Promise<Uint8Array> {
  const { luma } = await frame.planes();
  frame.close();
  return luma.data.slice();
}

/** The definition, on the whole frame. */
function define(luma: Plane, strength: number): Uint8Array {
  const { width, height } = luma;
  const picture = tensor(
    [1, 1, height, width],
    Float32Array.from(luma.data, (level) => level / 255),
  );
  const { data } = weighAgainstFilter(picture, runReference(model, picture), strength);
  return Uint8Array.from(data, (value) => Math.min(255, Math.max(0, Math.floor(value * 255 + 0.5))));
}

function worst(seen: Uint8Array, expected: Uint8Array): number {
  expect(seen).toHaveLength(expected.length);
  return seen.reduce((most, level, i) => Math.max(most, Math.abs(level - expected[i]!)), 0);
}

describe("an upscaler's strength", () => {
  it("gives tiled what the definition gives of the whole, live, at any of them", async () => {
    await using upscaler = await createUpscaler({ model, backends: ["wasm"], threads: 2, patchSize: 28 });
    const cases = fc.record({
      width: fc.integer({ min: 1, max: 70 }),
      height: fc.integer({ min: 1, max: 50 }),
      strength: fc.oneof(fc.constantFrom(0, 1, 1.5), fc.double({ min: 0, max: 1.5, noNaN: true })),
      seed: fc.integer({ min: 0, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ strength, seed, ...size }) => {
        upscaler.setStrength(strength);
        expect(upscaler.strength).toBe(strength);
        const luma = lumaOf(size, seed);
        const seen = await taken(await upscaler.frame(frameOf(luma)));
        expect(worst(seen, define(luma, strength))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
    expect(frameLedger.open).toBe(0);
  });

  it("is exact where a model looks no farther than its own pixel", async () => {
    const nearest = nearestModel();
    const size = { width: 61, height: 47 };
    const map = centred(2);
    const right = resizePlane(lumaOf(size), {
      size: scaleSize(size, 2),
      horizontal: map,
      vertical: map,
    }).data;
    for (const backend of ["cpu", "wasm"] as const) {
      await using upscaler = await createUpscaler({
        model: nearest,
        backends: [backend],
        threads: 1,
        patchSize: 16,
        strength: 0,
      });
      expect(upscaler.patchesPerFrame(size)).toBeGreaterThan(4);
      const seen = await taken(await upscaler.frame(frameOf(lumaOf(size))));
      expect(worst(seen, right)).toBeLessThanOrEqual(1);
      expect(seen.filter((level, i) => level !== right[i]).length).toBeLessThan(seen.length / 50);
    }
  });

  it.each(["exact", "bounded", "off"] as const)(
    "keeps nothing of another strength: reuse %s",
    async (reuse) => {
      await using upscaler = await createUpscaler({
        model,
        backends: ["wasm"],
        threads: 1,
        patchSize: 40,
        reuse,
      });
      const luma = lumaOf({ width: 70, height: 50 });
      const patches: number[] = [];
      for (const strength of [1, 1, 0.35, 0.35, 1, 0]) {
        upscaler.setStrength(strength);
        const onPatches = (computed: number): void => void patches.push(computed);
        const seen = await taken(await upscaler.frame(frameOf(luma), { onPatches }));
        expect(worst(seen, define(luma, strength))).toBeLessThanOrEqual(1);
      }
      const all = patches[0]!;
      expect(patches).toEqual(reuse === "off" ? patches.map(() => all) : [all, 0, all, 0, all, all]);
    },
  );

  it("carries a change over whatever the strength: what is carried is the filter's", async () => {
    await using upscaler = await createUpscaler({
      model,
      backends: ["wasm"],
      threads: 1,
      patchSize: 40,
      reuse: "bounded",
      strength: 0,
    });
    const luma = lumaOf({ width: 70, height: 50 });
    await taken(await upscaler.frame(frameOf(luma)));
    const brighter = { ...luma, data: luma.data.map((level, i) => level + ((i >> 3) % 2)) };
    let computed = -1;
    const onPatches = (count: number): void => void (computed = count);
    const seen = await taken(await upscaler.frame(frameOf(brighter), { onPatches }));
    expect(computed).toBe(0);
    // rounded once when it was computed and once when it was carried
    expect(worst(seen, define(brighter, 0))).toBeLessThanOrEqual(1);
  });

  it("may be another one for a frame or a stream, and changes while a stream goes on", async () => {
    await using upscaler = await createUpscaler({
      model,
      backends: ["wasm"],
      threads: 1,
      strength: 0.5,
      maxLatencyFrames: 1,
    });
    const luma = lumaOf({ width: 30, height: 20 });
    const rightOf = (strength: number): Uint8Array => define(luma, strength);
    expect(worst(await taken(await upscaler.frame(frameOf(luma))), rightOf(0.5))).toBeLessThanOrEqual(1);
    const once = await upscaler.frame(frameOf(luma), { strength: 0 });
    expect(worst(await taken(once), rightOf(0))).toBeLessThanOrEqual(1);
    const source = async function* (): AsyncGenerator<Frame> {
      for (let index = 0; index < 3; index++) yield frameOf(luma, index);
    };
    const seen: Uint8Array[] = [];
    for await (const frame of upscaler.frames(source())) {
      seen.push(await taken(frame));
      upscaler.setStrength(1.5);
    }
    expect(seen.map((each, i) => worst(each, rightOf(i === 0 ? 0.5 : 1.5)) <= 1)).toEqual([true, true, true]);
    for await (const frame of upscaler.frames(source(), { strength: 0.2 }))
      expect(worst(await taken(frame), rightOf(0.2))).toBeLessThanOrEqual(1);
    expect(upscaler.strength).toBe(1.5);
    expect(frameLedger.open).toBe(0);
  });

  it("refuses what is beyond 0 to 1.5, and closes the frames", async () => {
    const rule = /must be a number from 0 to 1\.5/;
    for (const strength of [-0.1, 1.6, Number.NaN, "1"] as number[]) {
      await expect(async () => createUpscaler({ model, strength })).rejects.toThrow(rule);
      const driver = createSyntheticDriver({ width: 8, height: 8, frames: 1 });
      await expect(upscale("in", { model, strength, codecs: [driver] })).rejects.toThrow(rule);
      expect(() => new UpscaleStream({ model, strength })).toThrow(rule);
    }
    await using upscaler = await createUpscaler({ model, backends: ["cpu"] });
    expect(() => upscaler.setStrength(2)).toThrow(rule);
    expect(upscaler.strength).toBe(1);
    await expect(upscaler.frame(frameOf(lumaOf({ width: 4, height: 4 })), { strength: 2 })).rejects.toThrow(
      rule,
    );
    const source = (async function* () {
      yield frameOf(lumaOf({ width: 4, height: 4 }));
    })();
    expect(() => upscaler.frames(source, { strength: 2 })).toThrow(rule);
    expect(frameLedger.open).toBe(0);
  });
});

describe("the doors' strength", () => {
  const size = { width: 24, height: 16 };

  it("is a file's own with an upscaler that is shared, and said in the plan", async () => {
    await using shared = await createUpscaler({ model: nearestModel(), backends: ["cpu"] });
    const lumas: Uint8Array[] = [];
    for (const strength of [undefined, 0]) {
      const driver = createSyntheticDriver({ ...size, frames: 2 });
      driver.keepLuma = true;
      const options = { model: shared, codecs: [driver], ...(strength === undefined ? {} : { strength }) };
      expect((await plan("in", options)).strength).toBe(strength ?? 1);
      const report = await upscale("in", options);
      expect(report.strength).toBe(strength ?? 1);
      lumas.push(driver.written[1]!.luma);
    }
    expect(lumas[0]).not.toEqual(lumas[1]);
    expect(shared.strength).toBe(1);
  });

  it("is a stream's own, and changes as it goes", async () => {
    await using upscaler = await createUpscaler({ model, backends: ["cpu"] });
    const luma = lumaOf({ width: 20, height: 12 });
    const stream = new UpscaleStream({ upscaler, strength: 0 });
    const [writer, reader] = [stream.writable.getWriter(), stream.readable.getReader()];
    const next = async (): Promise<Uint8Array> => {
      const writing = writer.write(frameOf(luma));
      const { value } = await reader.read();
      await writing;
      return taken(value!);
    };
    expect(worst(await next(), define(luma, 0))).toBeLessThanOrEqual(1);
    stream.setStrength(0.7);
    expect(worst(await next(), define(luma, 0.7))).toBeLessThanOrEqual(1);
    expect(() => stream.setStrength(-1)).toThrow(/from 0 to 1\.5/);
    expect(upscaler.strength).toBe(1);
    await writer.close();
    await stream[Symbol.asyncDispose]();
    expect(frameLedger.open).toBe(0);
  });
});
