/** Pixel formats, times of packets and addresses: what needs no core. */

import { unstatedColor } from "@tatami/core";
import { expect, test } from "vitest";
import { ffmpegCoreReader } from "./driver.ts";
import { resolveCoreFiles } from "./core/options.ts";
import { createPacketTimes } from "./sound/packet-times.ts";
import {
  bitDepthOfPixelFormat,
  conversionFilters,
  hasAlpha,
  isRgb,
  layoutFor,
} from "./pictures/pixel-formats.ts";

test.each([
  ["yuv420p", 8, "I420", 27],
  ["yuvj422p", 8, "I420", 27],
  ["pal8", 8, "I420", 27],
  ["yuv422p10le", 10, "I420P10", 54],
  ["p010le", 10, "I420P10", 54],
  ["gray12le", 12, "I420P10", 54],
  ["rgb48be", 16, "I420P10", 54],
  ["yuva444p", 8, "I420A", 42],
  ["bgra", 8, "I420A", 42],
] as const)("%s leaves as planes", (name, bits, format, bytes) => {
  const layout = layoutFor(name, { width: 5, height: 3 });
  expect([bitDepthOfPixelFormat(name), layout.format, layout.bytes]).toEqual([bits, format, bytes]);
  expect(layout.planes.slice(1, 3)).toEqual([
    { width: 3, height: 2 },
    { width: 3, height: 2 },
  ]);
});

test("colour keeps its range and its matrix, but R'G'B' becomes BT.601", () => {
  const size = { width: 4, height: 4 };
  const filtersOf = (name: string, fullRange: boolean | null): readonly string[] =>
    conversionFilters(name, { ...unstatedColor, fullRange }, layoutFor(name, size));
  expect(filtersOf("yuv420p", true)).toEqual(["format=yuv420p"]);
  expect(filtersOf("yuvj420p", true)).toEqual(["scale=in_range=pc:out_range=pc", "format=yuv420p"]);
  expect(filtersOf("yuv444p", null)).toEqual(["scale=in_range=tv:out_range=tv", "format=yuv420p"]);
  expect(filtersOf("bgr24", false)[0]).toContain("bt601");
  expect([isRgb("gbrp"), isRgb("gray"), hasAlpha("ya8"), hasAlpha("yuv420p")]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test("times of packets are exact again after whole milliseconds, and gaps stay", () => {
  const exact = createPacketTimes("aac", 44_100);
  const seen = [0, 23, 46, 70, 93, 500, 523].map((ms) => exact(ms / 1000, 0.023).timestamp * 44_100);
  expect(seen.map((samples) => Math.round(samples * 1000) / 1000)).toEqual([
    0,
    1024,
    2048,
    3072,
    4096,
    0.5 * 44_100,
    0.5 * 44_100 + 1024,
  ]);
  const stated = createPacketTimes("vorbis", 44_100);
  expect(stated(0.023, 0.012)).toEqual({ timestamp: 0.023, duration: 0.012 });
});

test("addresses are resolved, and one is needed", () => {
  expect(resolveCoreFiles({ coreURL: "https://example.org/core/ffmpeg-core.js" })).toEqual({
    coreURL: "https://example.org/core/ffmpeg-core.js",
    wasmURL: "https://example.org/core/ffmpeg-core.wasm",
  });
  expect(() => ffmpegCoreReader({} as never)).toThrow(expect.objectContaining({ code: "invalid-option" }));
  expect(() => ffmpegCoreReader({ coreURL: "https://example.org/a.js", coreUrl: "b" } as never)).toThrow(
    expect.objectContaining({ code: "invalid-option" }),
  );
});
