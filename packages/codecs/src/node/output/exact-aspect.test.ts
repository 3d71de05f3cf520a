import fc from "fast-check";
import { expect, test } from "vitest";
import { makeClip } from "../../testing/make-clip.ts";
import { passThrough } from "../../testing/pass-through.ts";
import { nodeDriver } from "../index.ts";
import { exactDisplaySize } from "./exact-aspect.ts";

test("a picture of 720×480 shown at 16:9 is stated as 16:9 in Matroska, not as 853:480", async () => {
  const clip = await makeClip({ size: { width: 72, height: 48 }, pixelAspectRatio: [32, 27] });
  const { blob } = await passThrough(clip, { container: "mkv" });
  await using reader = await nodeDriver().open(blob);
  const { width, height, pixelAspectRatio } = reader.description.video;
  expect([width, height]).toEqual([72, 48]);
  const { numerator, denominator } = pixelAspectRatio;
  expect((width * numerator) / (height * denominator)).toBe(16 / 9);
});

test("whatever the shape, the size stated has exactly it, or FFmpeg's own has", () => {
  const side = fc.integer({ min: 16, max: 4096 });
  const part = fc.integer({ min: 1, max: 200 });
  fc.assert(
    fc.property(side, side, part, part, (width, height, numerator, denominator) => {
      const exact = exactDisplaySize({ width, height, pixelAspectRatio: { numerator, denominator } });
      if (!exact) return;
      expect(exact[0] * height * denominator).toBe(exact[1] * width * numerator);
    }),
  );
});
