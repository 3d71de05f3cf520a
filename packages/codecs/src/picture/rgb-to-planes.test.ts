import { expect, test } from "vitest";
import { rgbToPlanes } from "./rgb-to-planes.ts";

const size = { width: 1, height: 1 };

test.each([
  ["black", [0, 0, 0], [16, 128, 128]],
  ["white", [255, 255, 255], [235, 128, 128]],
  ["red", [255, 0, 0], [81, 90, 240]],
  ["green", [0, 255, 0], [145, 54, 34]],
  ["blue", [0, 0, 255], [41, 240, 110]],
])("%s is what BT.601 says, in either order of bytes", (_, [r = 0, g = 0, b = 0], expected) => {
  for (const [format, bytes] of [
    ["RGBA", [r, g, b, 77]],
    ["BGRX", [b, g, r, 0]],
  ] as const) {
    const { luma, chroma, alpha } = rgbToPlanes(Uint8Array.from(bytes), 4, size, format);
    expect([luma.data[0], chroma[0].data[0], chroma[1].data[0]]).toEqual(expected);
    expect(alpha?.data[0]).toBe(format === "RGBA" ? 77 : undefined);
  }
});

test("odd sizes have chroma rounded up, of the pixels there are", () => {
  const data = new Uint8Array(3 * 3 * 4).fill(255);
  const { chroma } = rgbToPlanes(data, 12, { width: 3, height: 3 }, "RGBX");
  expect(chroma[0]).toMatchObject({ width: 2, height: 2 });
  expect([...chroma[1].data]).toEqual([128, 128, 128, 128]);
});
