import type { ColorSpace } from "@tatami/core";
import { unstatedColor } from "@tatami/core";
import { expect, test } from "vitest";
import type { RawPicture } from "./raw-picture.ts";
import { colorAfterSdr, planesToSdr, sdrColor } from "./to-sdr.ts";

const pq: ColorSpace = { primaries: "bt2020", transfer: "pq", matrix: "bt2020-ncl", fullRange: false };

/** A picture of one colour, 10 bits, 4:2:0, with strides wider than its rows. */
function plain(width: number, height: number, yuv: readonly [number, number, number]): RawPicture {
  const planes = yuv.map((value, index) => {
    const rows = index === 0 ? height : Math.ceil(height / 2);
    const stride = (index === 0 ? width : Math.ceil(width / 2)) * 2 + 6;
    const data = new Uint8Array(stride * rows).fill(255);
    const view = new DataView(data.buffer);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < (stride - 6) / 2; x++) view.setUint16(y * stride + 2 * x, value, true);
    }
    return { data, stride };
  });
  return { format: "I420P10", planes };
}

test("plain 10-bit SDR is rounded, and says of itself what it said before", () => {
  const planes = planesToSdr(plain(5, 3, [66, 513, 1022]), { width: 5, height: 3 }, unstatedColor);
  expect(planes.luma).toMatchObject({ width: 5, height: 3 });
  expect([...planes.luma.data]).toEqual(Array.from({ length: 15 }, () => 17));
  expect(planes.chroma[0]).toMatchObject({ width: 3, height: 2 });
  expect([planes.chroma[0].data[0], planes.chroma[1].data[5]]).toEqual([128, 255]);
  expect(colorAfterSdr(unstatedColor)).toBe(unstatedColor);
});

test("PQ black, grey and peak become BT.709 black, grey and white, without a tint", () => {
  const size = { width: 4, height: 4 };
  const level = (luma: number): readonly number[] => {
    const { luma: out, chroma } = planesToSdr(plain(4, 4, [luma, 512, 512]), size, pq);
    expect(chroma.map(({ data }) => data[0])).toEqual([128, 128]);
    return [...new Set(out.data)];
  };
  expect(level(64)).toEqual([16]);
  // 1000 cd/m² is PQ 0.7518.
  expect(level(Math.round(64 + 876 * 0.7518))).toEqual([235]);
  const white = level(Math.round(64 + 876 * 0.5807))[0] ?? 0;
  expect(white).toBeGreaterThan(170);
  expect(white).toBeLessThan(200);
  expect(colorAfterSdr(pq)).toBe(sdrColor);
});

test("colours keep their side: BT.2020 red stays red", () => {
  const { chroma } = planesToSdr(plain(2, 2, [300, 450, 800]), { width: 2, height: 2 }, pq);
  expect(chroma[1].data[0]).toBeGreaterThan(140);
  expect(chroma[0].data[0]).toBeLessThan(128);
});

test("HLG full range white is white", () => {
  const hlg: ColorSpace = { ...pq, transfer: "hlg", fullRange: true };
  const { luma } = planesToSdr(plain(2, 2, [1023, 512, 512]), { width: 2, height: 2 }, hlg);
  expect(luma.data[0]).toBe(235);
});
