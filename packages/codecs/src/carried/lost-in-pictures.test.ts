import { expect, test } from "vitest";
import { denserSampling, holdsCaptions } from "./lost-in-pictures.ts";

test("captions are known by ATSC's mark, wherever it stands", () => {
  const mark = [0x47, 0x41, 0x39, 0x34, 0x03];
  expect(holdsCaptions(Uint8Array.of(0, 0x47, 0x41, 0x47, ...mark, 9))).toBe(true);
  expect(holdsCaptions(Uint8Array.of(0, ...mark.slice(0, 4), 6))).toBe(false);
});

test("only what is sampled more densely than 4:2:0 is told", () => {
  expect(["I420", "NV12", "yuv420p10le", "gray", null].map(denserSampling)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
  expect(["I422", "yuvj444p", "gbrp"].map(denserSampling)).toEqual(["4:2:2", "4:4:4", "every pixel (RGB)"]);
});
