import type { Frame, Plane, Size } from "@tatami/core";
import { createFrame, createPlane, frameLedger } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { runReference, tensor } from "@tatami/graph";
import { beforeEach, describe, expect, it } from "vitest";
import { seededUnet } from "../testing/models.ts";
import { createSyntheticDriver, syntheticLuma } from "../testing/synthetic-driver.ts";
import { upscale } from "../upscale.ts";
import { createUpscaler } from "../upscaler.ts";

const size = { width: 50, height: 38 };
/** Its windows are multiples of 4 pixels: the frame is extended to 52×40. */
const deep = seededUnet({ depth: 2 });
/** Its windows are multiples of 2 pixels, and small enough to cut frames of this size. */
const shallow = seededUnet({ depth: 1 });

function frameOf(luma: Plane, index = 0): Frame {
  const half = { width: Math.ceil(luma.width / 2), height: Math.ceil(luma.height / 2) };
  const planes = { luma, chroma: [createPlane(half), createPlane(half)] as const };
  return createFrame(planes, { timestamp: index }, "test");
}

async function lumaOf(frame: Frame): Promise<Uint8Array> {
  const { luma } = await frame.planes();
  frame.close();
  return luma.data.slice();
}

/** What the reference makes of the frame with its last column and row repeated up to the alignment, cropped. */
function expectedOf(model: Model, luma: Plane): Uint8Array {
  const { scale, alignment = 1 } = model;
  const up = (length: number): number => Math.ceil(length / alignment) * alignment;
  const [width, height] = [up(luma.width), up(luma.height)];
  const level = (x: number, y: number): number =>
    luma.data[Math.min(y, luma.height - 1) * luma.stride + Math.min(x, luma.width - 1)]!;
  const picture = tensor(
    [1, 1, height, width],
    Float32Array.from({ length: width * height }, (_, i) => level(i % width, Math.floor(i / width)) / 255),
  );
  const { data } = runReference(model, picture);
  const across = luma.width * scale;
  return Uint8Array.from({ length: across * luma.height * scale }, (_, i) => {
    const value = data[Math.floor(i / across) * width * scale + (i % across)]!;
    return Math.min(255, Math.max(0, Math.floor(value * 255 + 0.5)));
  });
}

function worst(seen: Uint8Array, expected: Uint8Array): number {
  expect(seen).toHaveLength(expected.length);
  return seen.reduce((most, level, i) => Math.max(most, Math.abs(level - expected[i]!)), 0);
}

async function* stream(lumas: readonly Plane[]): AsyncGenerator<Frame> {
  for (const [index, luma] of lumas.entries()) yield frameOf(luma, index);
}

describe("frames whose sides are no multiples of the model's alignment", () => {
  beforeEach(() => frameLedger.reset());

  for (const [backend, threads, levels] of [
    ["cpu", 1, 0],
    ["wasm", 1, 1],
    ["wasm", 2, 1],
    ["onnx-wasm", 2, 1],
  ] as const)
    it(`are enlarged as the reference enlarges the extended frame: ${backend}, ${threads} threads`, async () => {
      for (const [model, given, patchSize] of [
        [deep, size, undefined],
        [shallow, { width: 51, height: 37 }, 25],
        [shallow, { width: 1, height: 1 }, undefined],
      ] as const) {
        const options = {
          model,
          backends: [backend],
          threads,
          ...(patchSize === undefined ? {} : { patchSize }),
        };
        await using upscaler = await createUpscaler(options);
        expect(upscaler.patchesPerFrame(given) > 1).toBe(patchSize !== undefined);
        expect(upscaler.macsPerFrame(given)).toBeGreaterThan(0);
        const luma = syntheticLuma(given, 3);
        const seen = await lumaOf(await upscaler.frame(frameOf(luma)));
        expect(worst(seen, expectedOf(model, luma))).toBeLessThanOrEqual(levels);
        expect(upscaler).toMatchObject({ backend, rejected: [] });
      }
      expect(frameLedger.open).toBe(0);
    });

  it("are reused where nothing changed that a patch sees, bit for bit", async () => {
    const odd: Size = { width: 51, height: 37 };
    const still = syntheticLuma(odd, 1);
    const changed = { ...still, data: still.data.slice() };
    // the pixel that is repeated beyond the frame
    changed.data[changed.data.length - 1]! ^= 64;
    const lumas = [still, still, changed, changed, still];
    for (const reuse of ["exact", "bounded"] as const) {
      const options = { model: shallow, backends: ["cpu"] as const, patchSize: 26, maxAge: 1000, reuse };
      await using upscaler = await createUpscaler(options);
      const counts = { computed: 0, reused: 0 };
      const onPatches = (computed: number, reused: number): void => {
        counts.computed += computed;
        counts.reused += reused;
      };
      const seen: Uint8Array[] = [];
      for await (const frame of upscaler.frames(stream(lumas), { onPatches })) seen.push(await lumaOf(frame));
      expect(seen).toHaveLength(lumas.length);
      seen.forEach((each, index) => expect(Buffer.compare(each, expectedOf(shallow, lumas[index]!))).toBe(0));
      expect(counts.reused).toBeGreaterThan(counts.computed);
    }
    expect(frameLedger.open).toBe(0);
  });

  it("go through upscale and a stream that is measured first", async () => {
    const driver = createSyntheticDriver({ ...size, frames: 3 });
    driver.keepLuma = true;
    const report = await upscale("synthetic", {
      model: deep,
      codecs: [driver],
      backends: ["wasm"],
      threads: 1,
    });
    expect(report).toMatchObject({ frames: 3, backend: "wasm", output: { width: 100, height: 76 } });
    driver.written.forEach(({ luma }, index) =>
      expect(worst(luma, expectedOf(deep, syntheticLuma(size, index)))).toBeLessThanOrEqual(1),
    );
    expect(frameLedger.open).toBe(0);
  });
});
