import type { MediaDescription } from "@tatami/core";
import { expect, test } from "vitest";
import { describeSeen, nameCodec } from "./seen-file.ts";

test.each([
  ["avc1.64000C", "H.264"],
  ["hev1.1.6.L93.B0", "H.265"],
  ["vp09.00.31.08", "VP9"],
  ["av1", "AV1"],
  ["mpeg4", "MPEG-4"],
  ["flv1", "FLV1"],
])("%s is called %s", (codec, name) => expect(nameCodec(codec)).toBe(name));

test("a turned video is described as it is seen", () => {
  const video = { width: 320, height: 180, rotation: 90, codec: "avc" };
  const description = { container: "MP4", duration: 78, video } as MediaDescription;
  expect(describeSeen(description, 61_440, 2)).toBe(
    "180 × 320 becomes 360 × 640 · 1 min 18 s · 61 KB · MP4, H.264",
  );
});
