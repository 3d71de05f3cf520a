import type { Plane } from "@tatami/core";
import { createPlane } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enlargeAlpha, enlargeChroma } from "./enlarge-chroma.ts";
import { centred, createPlaneResizer, resizePlane } from "./resize-plane.ts";

const plane = (width: number, height: number, value: (x: number, y: number) => number): Plane => {
  const result = createPlane({ width, height });
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) result.data[y * width + x] = value(x, y);
  return result;
};
const luma = (width: number, height: number): Plane => createPlane({ width, height });

describe("createPlaneResizer", () => {
  it("agrees with resizePlane to a level, at any size, subsampling and stride", async () => {
    const resize = await createPlaneResizer();
    expect(resize).not.toBe(resizePlane);
    const sides = fc.integer({ min: 1, max: 37 });
    fc.assert(
      fc.property(sides, sides, sides, sides, fc.nat(9), (width, height, toWidth, toHeight, pad) => {
        const noise = plane(width + pad, height, (x, y) => ((x * 7919 + y * 104729) >>> 3) & 255);
        const source = { ...noise, width };
        const options = {
          size: { width: toWidth, height: toHeight },
          horizontal: { scale: width / toWidth, offset: -0.25 },
          vertical: { scale: height / toHeight, offset: 0.1 },
        };
        const [seen, expected] = [resize(source, options), resizePlane(source, options)];
        expect(seen).toMatchObject({ width: toWidth, height: toHeight, stride: toWidth });
        const worst = seen.data.reduce((most, x, i) => Math.max(most, Math.abs(x - expected.data[i]!)), 0);
        expect(worst).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("resizePlane", () => {
  it("is the identity at its own size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (width, height) => {
        const source = plane(width, height, (x, y) => (x * 37 + y * 91) % 256);
        const same = resizePlane(source, {
          size: { width, height },
          horizontal: centred(1),
          vertical: centred(1),
        });
        expect(same.data).toEqual(source.data);
      }),
    );
  });

  it("keeps a flat plane flat, at every size and value", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 255 }),
        (width, height, value) => {
          const flat = enlargeAlpha(
            plane(width, height, () => value),
            4,
          );
          expect(flat.data.every((seen) => seen === value)).toBe(true);
        },
      ),
    );
  });

  it("reads rows by their stride", () => {
    const padded: Plane = {
      width: 2,
      height: 2,
      stride: 5,
      data: Uint8Array.of(9, 9, 0, 0, 0, 9, 9, 0, 0, 0),
    };
    expect(enlargeAlpha(padded, 2).data.every((seen) => seen === 9)).toBe(true);
  });
});

describe("enlargeChroma", () => {
  // A ramp shows where samples lie: its value is its luma position, so it must stay so when enlarged.
  const ramps = [
    { name: "4:2:0", across: 2, down: 2 },
    { name: "4:2:2", across: 2, down: 1 },
    { name: "4:4:4", across: 1, down: 1 },
  ];
  for (const { name, across, down } of ramps)
    for (const scale of [2, 4])
      it(`keeps ${name} samples in place at ×${scale}`, () => {
        const size = { width: 64, height: 64 };
        const horizontal = plane(size.width / across, size.height / down, (x) => 40 + 2 * across * x);
        const vertical = plane(size.width / across, size.height / down, (_, y) =>
          Math.round(40 + 2 * (down * y + (down - 1) / 2)),
        );
        const [u, v] = enlargeChroma({ luma: luma(64, 64), chroma: [horizontal, vertical] }, scale);
        expect([u.width, u.height]).toEqual([32 * scale, 32 * scale]);
        // Away from the edges, where repeated samples bend the ramp.
        for (let j = 8 * scale; j < 24 * scale; j++) {
          const left = 40 + 2 * ((2 * j + 0.5) / scale - 0.5);
          const middle = 40 + 2 * ((2 * j + 1) / scale - 0.5);
          expect(Math.abs(u.data[16 * scale * u.stride + j]! - left)).toBeLessThanOrEqual(1);
          expect(Math.abs(v.data[j * v.stride + 16 * scale]! - middle)).toBeLessThanOrEqual(1);
        }
      });

  it("handles odd sizes", () => {
    const chroma = (): Plane => plane(9, 7, () => 128);
    const [u, v] = enlargeChroma({ luma: luma(17, 13), chroma: [chroma(), chroma()] }, 2);
    expect([u.width, u.height, v.width, v.height]).toEqual([17, 13, 17, 13]);
    expect(u.data.every((value) => value === 128)).toBe(true);
  });
});
