import { expect, test } from "vitest";
import { resizeLuma } from "../data/bicubic.ts";
import type { LumaPlane } from "../data/luma.ts";
import { noise } from "../data/test-support.ts";
import { leastSoftness, softness } from "./softness.ts";

const side = 64;
const picture = (valueAt: (at: number) => number, width = side): LumaPlane => ({
  width,
  height: width,
  data: Float32Array.from({ length: width ** 2 }, (_, at) => valueAt(at)),
});

test("what has as much contrast at every size is not soft; blurred it is, and sharpened it is less than not", () => {
  // the same noise at every size
  const sizes = [1, 2, 4, 8, 16].map((size, at) => {
    const values = noise((side / size) ** 2, 20 + at);
    return resizeLuma(
      picture((i) => 10 * values[i]!, side / size),
      side,
      side,
    ).data;
  });
  const all = picture((at) => 128 + sizes.reduce((sum, data) => sum + data[at]!, 0));
  const around = resizeLuma(resizeLuma(all, side / 2, side / 2), side, side).data;
  const mixed = (own: number): LumaPlane => picture((at) => own * all.data[at]! + (1 - own) * around[at]!);
  const own = softness([all]);
  expect(Math.abs(own)).toBeLessThan(1.5);
  expect(softness([mixed(0.2)])).toBeGreaterThan(own + leastSoftness);
  expect(softness([mixed(2)])).toBeLessThan(own - 1);
});

test("it is of the middle of large pictures, and of none that are small", () => {
  const values = noise(600 ** 2, 1);
  const noisy = picture((at) => values[at]!, 600);
  const flat = picture((at) => (Math.floor(at / 600) < 40 ? 0 : values[at]!), 600);
  expect(softness([flat])).toBe(softness([noisy]));
  expect(softness([picture(() => 0, 32)])).toBeNaN();
});
