import type { ColorSpace, Planes } from "@tatami/core";
import { unstatedColor } from "@tatami/core";
import { expect, test } from "vitest";
import { toRgb } from "./to-rgb.ts";

const flat = (y: number, cb: number, cr: number, step = 2): Planes => {
  const plane = (size: number, value: number) => ({
    width: size,
    height: size,
    stride: size + 1,
    data: new Uint8Array((size + 1) * size).fill(value),
  });
  return { luma: plane(8, y), chroma: [plane(8 / step, cb), plane(8 / step, cr)] };
};
const color = (matrix: string | null, fullRange: boolean): ColorSpace => ({
  ...unstatedColor,
  matrix,
  fullRange,
});
const first = (planes: Planes, space: ColorSpace): Uint8Array => toRgb(planes, space).data.slice(0, 3);

test.each<[string, [number, number, number], ColorSpace, number[]]>([
  ["studio white", [235, 128, 128], color("bt709", false), [255, 255, 255]],
  ["studio black", [16, 128, 128], color(null, false), [0, 0, 0]],
  ["full grey", [77, 128, 128], color("bt709", true), [77, 77, 77]],
  ["red of BT.709", [63, 102, 240], color("bt709", false), [255, 0, 0]],
  ["red of BT.601", [81, 90, 240], color("smpte170m", false), [254, 0, 0]],
  ["blue of full BT.601", [29, 255, 107], color("bt470bg", true), [0, 0, 254]],
])("%s", (_, [y, cb, cr], space, rgb) => {
  const seen = first(flat(y, cb, cr), space);
  for (const [at, value] of rgb.entries()) expect(Math.abs(seen[at]! - value)).toBeLessThanOrEqual(1);
  expect(first(flat(y, cb, cr, 1), space)).toEqual(seen);
});

test("an unstated matrix is BT.601 in small pictures; a part is the same as in the whole", () => {
  const planes = flat(81, 90, 240);
  planes.luma.data[3 * 9 + 2] = 200;
  expect(first(planes, color(null, false))).toEqual(first(planes, color("smpte170m", false)));
  const whole = toRgb(planes, color(null, false)).data;
  const part = toRgb(planes, color(null, false), { x: 2, y: 3, width: 2, height: 1 });
  expect(part.data).toEqual(whole.slice((3 * 8 + 2) * 3, (3 * 8 + 4) * 3));
});
