import { expect, test } from "vitest";
import { codecNameOf } from "../../driver/codec-names.ts";
import { containerNameOf } from "../../driver/container-names.ts";
import { rotationOf } from "./describe.ts";

test("codecs go by the contract's names, or by FFmpeg's where it alone has one", () => {
  const names = ["h264", "hevc", "pcm_s16le", "pcm_mulaw", "mp3", "wmav2", "none"];
  expect(names.map(codecNameOf)).toEqual(["avc", "hevc", "pcm-s16", "ulaw", "mp3", "wmav2", null]);
});

test("containers go by the names people use", () => {
  const mp4 = "mov,mp4,m4a,3gp,3g2,mj2";
  expect(["3gp5", "qt  ", "isom", null].map((brand) => containerNameOf(mp4, brand))).toEqual([
    "3GP",
    "MOV",
    "MP4",
    "MOV",
  ]);
  expect(["asf", "matroska,webm", "mpeg", "yop"].map((name) => containerNameOf(name, null))).toEqual([
    "WMV",
    "Matroska",
    "MPEG-PS",
    "YOP",
  ]);
});

/** The matrix that turns a picture clockwise. */
function turnedBy(degrees: number): Uint8Array {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const fixed = [cos, sin, 0, -sin, cos, 0, 0, 0, 2 ** 14].map((value) => Math.round(value * 2 ** 16));
  return new Uint8Array(Int32Array.from(fixed).buffer);
}

test("a display matrix says how far to turn; none, or one that is cut short, turns nothing", () => {
  for (const degrees of [0, 90, 180, 270] as const) expect(rotationOf(turnedBy(degrees))).toBe(degrees);
  expect([rotationOf(null), rotationOf(new Uint8Array(8))]).toEqual([0, 0]);
});
