/** What is read out of ffprobe's answer. */

import { expect, test } from "vitest";
import { factsOf } from "./facts.ts";
import { answerOf, framesAt, packetsAt } from "./probe-answer.fixture.ts";

test("counts times from the file's start, whatever its clock says there", () => {
  const times = ["3600.000000", "3600.040000"];
  const facts = factsOf(
    answerOf({
      format: { start_time: "3599.979000", duration: "3601.000000" },
      frames: framesAt(times),
      chapters: [{ start_time: "3600.979000", end_time: "3601.979000", tags: { TITLE: "Two" } }],
    }),
  );
  expect(facts.startTime).toBe(3599.979);
  expect(facts.picture?.times.map((time) => time.toFixed(3))).toEqual(["0.021", "0.061"]);
  expect(facts.chapters.map(({ start, title }) => [start.toFixed(3), title])).toEqual([["1.000", "Two"]]);
});

test("has no times for a stream without a container", () => {
  const { picture } = factsOf(answerOf({ frames: framesAt(["N/A", "N/A"]), format: { start_time: "N/A" } }));
  expect(picture?.times).toEqual([NaN, NaN]);
});

test("has no picture where nothing is decoded, or where the only picture is a cover", () => {
  expect(factsOf(answerOf({ frames: [] })).picture).toBeUndefined();
  expect(factsOf({ complaints: ["moov atom not found"], isTransparent: false }).picture).toBeUndefined();
  const cover = factsOf(
    answerOf({ video: { disposition: { attached_pic: 1 }, tags: { filename: "a.jpg" } } }),
  );
  expect(cover.picture).toBeUndefined();
  expect(cover.streams[0]).toMatchObject({ kind: "attachment", name: "a.jpg" });
});

test("counts the packets that are played", () => {
  const priming = packetsAt(1, ["-0.021333"], { flags: "KD_" });
  const subtitle = { index: 2, codec_type: "subtitle", codec_name: "mov_text", time_base: "1/1000" };
  const texts = [...packetsAt(2, ["0.000000"], { size: "2" }), ...packetsAt(2, ["0.050000"], { size: "12" })];
  const { streams } = factsOf(answerOf({ more: [subtitle], packets: [...priming, ...texts] }));
  expect(streams).toMatchObject([
    { kind: "audio", packets: 3, bytes: 300, times: [0, 0.04, 0.08], rises: true },
    { kind: "subtitle", packets: 1, times: [0.05] },
  ]);
});

test("sees sound whose clock steps back", () => {
  const { streams } = factsOf(answerOf({ packets: packetsAt(1, ["0.010000"]) }));
  expect(streams[0]?.rises).toBe(false);
});

test("lists chapters and timecode once, not as streams too", () => {
  const text = { index: 2, codec_type: "data", codec_tag_string: "text", time_base: "1/1000" };
  const tmcd = {
    index: 3,
    codec_type: "data",
    codec_tag_string: "tmcd",
    time_base: "1/25",
    tags: { timecode: "01:02:03:04" },
  };
  const chapters = [{ start_time: "0.000000", end_time: "1.000000" }];
  const facts = factsOf(answerOf({ more: [text, tmcd], chapters }));
  expect(facts).toMatchObject({ timecode: "01:02:03:04", chapters: [{ start: 0, end: 1, title: "" }] });
  expect(facts.streams.map(({ kind }) => kind)).toEqual(["audio"]);
  expect(factsOf(answerOf({ more: [text] })).streams.map(({ kind }) => kind)).toEqual(["audio", "data"]);
});

test("reads colour as far as it is stated, the display matrix and captions", () => {
  const displaymatrix = [
    "",
    "00000000:            0       65536           0",
    "00000001:       -65536           0           0",
    "00000002:            0           0  1073741824",
    "",
  ].join("\n");
  const side_data_list = [{ side_data_type: "Display Matrix", displaymatrix, rotation: -90 }];
  const frames = framesAt(["0.000000", "0.040000"]).map((frame, index) =>
    index === 1
      ? { ...frame, side_data_list: [{ side_data_type: "ATSC A53 Part 4 Closed Captions" }] }
      : frame,
  );
  const video = {
    color_range: "tv",
    color_space: "unknown",
    color_transfer: "bt470bg",
    chroma_location: "left",
    sample_aspect_ratio: "40:33",
    side_data_list,
  };
  const { picture } = factsOf(answerOf({ video, frames }));
  expect(picture).toMatchObject({
    matrix: [0, 1, -1, 0],
    captions: 1,
    pixelAspect: [40, 33],
    tick: 1 / 12800,
  });
  expect([...picture!.color]).toEqual([
    ["range", "tv"],
    ["transfer", "bt470bg"],
  ]);
});

test("sees a file that breaks off, and one that states a length it does not have", () => {
  expect(factsOf(answerOf({ complaints: ["File ended prematurely"] })).breaksOff).toBe(true);
  expect(factsOf(answerOf()).breaksOff).toBe(false);
  const corrupt = { complaints: ["Packet corrupt (stream = 1, dts = 7)."] };
  const endingAt = (dts: number) =>
    factsOf(answerOf({ ...corrupt, packets: packetsAt(1, ["0.120000"], { dts }) }));
  expect([endingAt(7).breaksOff, endingAt(8).breaksOff]).toEqual([true, false]);
  expect(factsOf(answerOf()).misstatesDuration).toBe(false);
  expect(factsOf(answerOf({ format: { duration: "40003.4" } })).misstatesDuration).toBe(true);
});
