/** FFmpeg's log, as its core writes it. */

import { expect, test } from "vitest";
import { createPictureLog, withoutMarks } from "./picture-log.ts";

const config = "[Parsed_showinfo_1 @ 0xe7] [info] config in time_base: 1001/24000, frame_rate: 24000/1001";
const picture = (n: number, pts: string, size = "960x400"): string =>
  `[Parsed_showinfo_1 @ 0xe7] [info] n:${String(n).padStart(4)} pts:${pts.padStart(7)} pts_time:0.125125 pos:    16268 fmt:yuv420p sar:1/1 s:${size} i:P iskey:0 type:P `;

test("takes every picture's time and size, in order, with what was said before it", () => {
  const log = createPictureLog();
  log.accept(config);
  log.accept(picture(0, "3"));
  log.accept(
    "[Parsed_showinfo_1 @ 0xe7] [info] color_range:unknown color_space:unknown color_primaries:unknown color_trc:unknown",
  );
  log.accept("[mpeg4 @ 0xdf] [error] header damaged");
  log.accept("[mpeg4 @ 0xdf] [warning] no matter");
  log.accept("[rawvideo @ 0xdf] [error] Application provided invalid dts to muxer in stream 0: 8 >= 8");
  log.accept(picture(1, "5", "480x200"));
  log.accept(picture(2, "NOPTS"));
  log.accept("[warning] /input/file: corrupt input packet in stream 0");
  expect(log.take()).toEqual({
    pts: 3,
    seconds: (3 * 1001) / 24_000,
    width: 960,
    height: 400,
    complaints: [],
  });
  expect(log.take()).toMatchObject({ pts: 5, width: 480, height: 200, complaints: ["header damaged"] });
  expect(log.take()).toMatchObject({ pts: null, seconds: null });
  expect(log.take()).toBeUndefined();
  expect(log.takeComplaints()).toEqual(["corrupt input packet in stream 0"]);
});

test("keeps a bounded number of complaints", () => {
  const log = createPictureLog();
  for (let line = 0; line < 1000; line++) log.accept(`[h264 @ 0x1] [error] slice ${line}`);
  expect(log.takeComplaints().length).toBeLessThanOrEqual(16);
});

test("leaves marks out of messages", () => {
  expect(withoutMarks("[mov,mp4 @ 0x1] [error] /input/file: Invalid data..")).toBe("Invalid data");
});
