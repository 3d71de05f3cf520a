/** What differs between two files, by what ffprobe says of both. */

import { describe, expect, it } from "vitest";
import { compareFiles } from "./compare.ts";
import { factsOf } from "./facts.ts";
import type { Otherwise } from "./probe-answer.fixture.ts";
import { answerOf, framesAt, frameTimes, packetsAt, plainSize } from "./probe-answer.fixture.ts";

const larger = { width: 2 * plainSize.width, height: 2 * plainSize.height };

/** Aspects of the differences between a plain file and its larger copy, each otherwise in some things. */
function aspectsOf(before: Otherwise, after: Otherwise): string[] {
  const frames = after.frames ?? framesAt(frameTimes, larger);
  return compareFiles(factsOf(answerOf(before)), factsOf(answerOf({ ...after, frames }))).map(
    ({ aspect }) => aspect,
  );
}

const at = (times: readonly string[]) => ({ frames: framesAt(times, larger) });

describe("frames", () => {
  it("of a copy are the same", () => expect(aspectsOf({}, {})).toEqual([]));

  it("are missed, with those that are left where they were", () => {
    expect(aspectsOf({}, at(["0.000000", "0.080000"]))).toEqual(["frames missing"]);
    expect(aspectsOf({}, at(["0.000000", "0.060000"]))).toEqual(["frames missing", "times"]);
    expect(aspectsOf({}, at([...frameTimes, "0.120000"]))).toContain("frames too many");
  });

  it("are where they were, to a tick of the coarser clock", () => {
    expect(aspectsOf({}, at(["0.000000", "0.040500", "0.080000"]))).toEqual(["times"]);
    const matroska = { video: { time_base: "1/1000" }, ...at(["0.000000", "0.040500", "0.080000"]) };
    expect(aspectsOf({}, matroska)).toEqual([]);
    expect(aspectsOf({}, at(["0.000000", "0.040000", "0.040000"]))).toContain("times fall");
  });

  it("begin where they did in the file", () => {
    const late = at(["0.020000", "0.060000", "0.100000"]);
    expect(aspectsOf({}, late)).toContain("times");
  });

  it("of a stream without times need only rise", () => {
    expect(aspectsOf({ frames: framesAt(["N/A", "N/A", "N/A"]) }, {})).toEqual([]);
  });
});

describe("the file", () => {
  it("begins at 0; only Matroska may keep a clock", () => {
    const times = ["10.000000", "10.040000", "10.080000"];
    const clock = { start_time: "10.000000", duration: "10.120000" };
    const sound = { index: 1, codec_type: "audio", codec_name: "aac", time_base: "1/48000" };
    const answer = (format_name: string, size = plainSize as { width: number; height: number }) => {
      const whole = answerOf({ frames: framesAt(times, size), format: { ...clock, format_name } });
      const packets = [...packetsAt(0, times), ...packetsAt(1, times)];
      return factsOf({ ...whole, streams: [whole.streams![0]!, sound], packets });
    };
    const compare = (container: string) =>
      compareFiles(answer("mpegts"), answer(container, larger)).map(({ aspect }) => aspect);
    expect(compare("mov,mp4")).toEqual(["start"]);
    expect(compare("matroska,webm")).toEqual([]);
  });

  it("is as long as it was, states no other length, and whether it breaks off is to be told", () => {
    const long = { packets: packetsAt(1, ["5.000000"]), format: { duration: "5.040000" } };
    expect(aspectsOf({}, long)).toContain("duration");
    expect(aspectsOf({}, { format: { duration: "3600.000000" } })).toEqual(["misstated duration"]);
    expect(aspectsOf({ complaints: ["partial file"] }, {})).toEqual(["end"]);
  });

  it("keeps chapters and timecode", () => {
    const chapters = [{ start_time: "0.000000", end_time: "0.120000", tags: { title: "One" } }];
    expect(aspectsOf({ chapters }, {})).toEqual(["chapters"]);
    expect(aspectsOf({ chapters }, { chapters: [{ ...chapters[0]!, tags: { title: "Two" } }] })).toEqual([
      "chapters",
    ]);
    const timecode = { format: { tags: { timecode: "01:02:03:04" } } };
    expect(aspectsOf(timecode, {})).toEqual(["timecode"]);
    expect(aspectsOf(timecode, { video: { tags: { TIMECODE: "01:02:03:04" } } })).toEqual([]);
  });
});

describe("the picture", () => {
  it("is of twice the size and of the same shape", () => {
    expect(aspectsOf({}, { frames: framesAt(frameTimes) })).toEqual(["size"]);
    const wide = { video: { sample_aspect_ratio: "64:45" } };
    expect(aspectsOf(wide, { video: { sample_aspect_ratio: "569:400" } })).toEqual(["pixel aspect"]);
    const displaymatrix = "\n0: -65536 0 0\n1: 0 65536 0\n2: 0 0 1073741824\n";
    const mirrored = { side_data_list: [{ side_data_type: "Display Matrix", displaymatrix }] };
    expect(aspectsOf({ video: mirrored }, {})).toEqual(["display matrix"]);
    const stereo = { side_data_list: [{ side_data_type: "Stereo 3D", type: "side by side" }] };
    expect(aspectsOf({ video: stereo }, {})).toEqual(["shape"]);
  });

  it("has the same colours, stated or not", () => {
    expect(aspectsOf({ video: { color_transfer: "bt470bg" } }, {})).toEqual(["color"]);
    expect(aspectsOf({}, { video: { color_range: "tv" } })).toEqual(["color"]);
    expect(aspectsOf({ video: { pix_fmt: "yuv444p" } }, {})).toEqual(["sampling"]);
    // RGB has no range and no chroma to keep
    const rgb = { video: { pix_fmt: "bgra", color_range: "pc", color_space: "gbr" } };
    expect(aspectsOf(rgb, { video: { color_range: "tv", color_space: "bt709" } })).toEqual([]);
    expect(aspectsOf({ ...rgb, isTransparent: true }, {})).toEqual(["transparency"]);
  });
});

describe("other streams", () => {
  const subtitle = { index: 2, codec_type: "subtitle", codec_name: "ass", time_base: "1/1000" };
  const font = { ...subtitle, codec_type: "attachment", codec_name: "ttf", tags: { filename: "a.ttf" } };

  it("are there, each once", () => {
    expect(aspectsOf({ more: [subtitle] }, {})).toEqual(["stream lost"]);
    expect(aspectsOf({ more: [font] }, { more: [font, { ...font, index: 3 }] })).toEqual(["stream added"]);
  });

  it("hold what they held, in step with the picture", () => {
    expect(aspectsOf({}, { audio: { codec_name: "opus" } })).toEqual(["sound"]);
    expect(aspectsOf({ packets: packetsAt(1, ["0.120000"]) }, {})).toEqual(["sound"]);
    const late = { packets: packetsAt(2, ["0.100000"]), more: [subtitle] };
    expect(aspectsOf({ packets: packetsAt(2, ["0.000000"]), more: [subtitle] }, late)).toEqual([
      "stream times",
      "stream times",
    ]);
  });

  it("keep title, language and what they are for", () => {
    expect(aspectsOf({ audio: { tags: { language: "deu" } } }, {})).toEqual(["tags"]);
    expect(aspectsOf({ audio: { tags: { title: "Commentary" } } }, {})).toEqual(["tags"]);
    expect(aspectsOf({ audio: { disposition: { forced: 1 } } }, {})).toEqual(["tags"]);
    // the only one of its kind is the default one whether it says so or not
    expect(aspectsOf({ audio: { disposition: { default: 1 } } }, {})).toEqual([]);
  });

  it("are paired by what they are, not by their order", () => {
    const other = { index: 2, codec_type: "audio", codec_name: "mp3", time_base: "1/48000" };
    const packets = packetsAt(2, ["0.000000"]);
    const before = { more: [other], packets };
    const swapped = { audio: { codec_name: "mp3" }, more: [{ ...other, codec_name: "aac" }] };
    const after = { ...swapped, packets: packetsAt(2, frameTimes) };
    expect(aspectsOf(before, after)).toEqual(["sound"]);
  });
});
