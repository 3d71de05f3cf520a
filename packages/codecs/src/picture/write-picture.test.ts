/** What encoders are given, and pictures with more bits or fewer. */

import type { AnyPlanes, DeepPlane, Plane, Size } from "@tatami/core";
import { createDeepPlane, createPlane } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convertDepth, toEightBits } from "./convert-depth.ts";
import { copyDeepPlanes } from "./copy-deep-planes.ts";
import type { EncoderFormat } from "./write-picture.ts";
import { bitsOfFormat, writePicture } from "./write-picture.ts";

const sizes = fc.record({ width: fc.integer({ min: 1, max: 19 }), height: fc.integer({ min: 1, max: 9 }) });

function plane({ width, height }: Size, bits: number, seed: number): Plane | DeepPlane {
  const made = bits > 8 ? createDeepPlane({ width, height }, bits) : createPlane({ width, height });
  made.data.forEach((_, i) => (made.data[i] = ((i * 7919 + seed * 104_729) >>> 2) % 2 ** bits));
  return made;
}

function picture({ width, height }: Size, bits: number, finer = 2): AnyPlanes {
  const half = { width: Math.ceil(width / finer), height: Math.ceil(height / finer) };
  const planes = [plane({ width, height }, bits, 1), plane(half, bits, 2), plane(half, bits, 3)] as const;
  return { luma: planes[0], chroma: [planes[1], planes[2]] } as AnyPlanes;
}

/** Rows of an encoder's memory, longer than the picture's, and what was written to them. */
function written(planes: AnyPlanes, format: EncoderFormat, fullRange: boolean) {
  const { width, height } = planes.luma;
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const wide = bitsOfFormat(format) / 8 > 1 ? 2 : 1;
  const isPaired = format === "nv12" || format === "p010le";
  const shapes = isPaired
    ? [
        { width, height },
        { width: 2 * half.width, height: half.height },
      ]
    : [{ width, height }, half, half];
  const targets = shapes.map((size) => {
    const stride = (size.width + 3) * wide;
    return { data: new Uint8Array(new ArrayBuffer(stride * size.height)), stride };
  });
  writePicture(planes, format, targets, fullRange);
  const rows = targets.map(({ data, stride }, index) => {
    const samples = wide === 2 ? new Uint16Array(data.buffer) : data;
    const size = shapes[index]!;
    return Array.from({ length: size.height }, (_, y) => [
      ...samples.subarray((y * stride) / wide, (y * stride) / wide + size.width),
    ]);
  });
  if (!isPaired) return rows;
  // apart again, for comparison
  const [luma, pairs] = rows as [number[][], number[][]];
  return [
    luma,
    pairs.map((row) => row.filter((_, x) => x % 2 === 0)),
    pairs.map((row) => row.filter((_, x) => x % 2 === 1)),
  ];
}

describe("writePicture", () => {
  it("gives pairs what it gives planes, ten bits in the upper ones of sixteen", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.constantFrom(8, 10, 12),
        fc.boolean(),
        fc.constantFrom(1, 2),
        (size, bits, fullRange, finer) => {
          const planes = picture(size, bits, finer);
          expect(written(planes, "nv12", fullRange)).toEqual(written(planes, "yuv420p", fullRange));
          const ten = written(planes, "yuv420p10le", fullRange).map((rows) =>
            rows.map((row) => row.map((value) => value * 64)),
          );
          expect(written(planes, "p010le", fullRange)).toEqual(ten);
        },
      ),
    );
  });

  it("leaves samples of the format's own depth as they are", () => {
    const planes = picture({ width: 12, height: 6 }, 10);
    expect(written(planes, "yuv420p10le", false)[0]!.flat()).toEqual([...planes.luma.data]);
  });
});

describe("convertDepth", () => {
  it("goes to ten bits and back without a change, in both ranges", () => {
    const size = { width: 16, height: 16 };
    const all = createPlane(size);
    all.data.forEach((_, level) => (all.data[level] = level));
    const planes = { luma: all, chroma: [all, all] as const };
    for (const fullRange of [false, true]) {
      const deep = convertDepth(planes, 10, fullRange);
      expect([deep.luma.data[255], deep.luma.data[16], deep.chroma[0].data[128]]).toEqual([
        fullRange ? 1023 : 1020,
        64 + (fullRange ? 0 : 0),
        512,
      ]);
      expect(toEightBits(deep, fullRange)).toEqual(planes);
    }
  });
});

describe("copyDeepPlanes", () => {
  it("reads words where they lie, and widens bytes", () => {
    const words = Uint16Array.of(5, 1023, 0, 64, 940, 0);
    const bytes = new Uint8Array(words.buffer);
    const planes = [0, 1, 2].map(() => ({ data: bytes, stride: 6 }));
    const size = { width: 2, height: 2 };
    const deep = copyDeepPlanes({ format: "I444P10", planes }, size, false);
    expect([...deep.luma.data, deep.luma.bits]).toEqual([5, 1023, 64, 940, 10]);
    const plain = [0, 1, 2].map(() => ({ data: Uint8Array.of(16, 235, 128, 0), stride: 2 }));
    expect([...copyDeepPlanes({ format: "I444", planes: plain }, size, false).luma.data]).toEqual([
      64, 940, 512, 0,
    ]);
  });
});
