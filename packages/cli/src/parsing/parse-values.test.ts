import { describe, expect, it, test } from "vitest";
import { parseBitrate } from "./parse-bitrate.ts";
import { parseChoice, parseChoices } from "./parse-choice.ts";
import { parseDuration } from "./parse-duration.ts";
import { parsePixels, parseRate } from "./parse-raw.ts";
import { cutOf, parseTrim } from "./parse-trim.ts";

describe("parseBitrate", () => {
  it.each([
    ["2M", 2_000_000],
    ["2.5M", 2_500_000],
    ["2500k", 2_500_000],
    ["2500K", 2_500_000],
    ["1k", 1000],
    ["800000", 800_000],
  ])("%s is %i bits a second", (text, bits) => {
    expect(parseBitrate(text, "--bitrate")).toBe(bits);
  });

  it.each(["", "2", "999", "2G", "M", "-2M", "2 M", "1e6", "2M/s", "9".repeat(400)])("refuses %j", (text) => {
    expect(() => parseBitrate(text, "--bitrate")).toThrow(/^--bitrate must be a bitrate of at least 1k/);
  });
});

describe("parseTrim", () => {
  it.each([
    ["1-2", { start: 1, end: 2 }],
    ["1.5-2.25", { start: 1.5, end: 2.25 }],
    [".5-", { start: 0.5 }],
    ["-5", { end: 5 }],
    ["90-", { start: 90 }],
    ["1:30-2:00", { start: 90, end: 120 }],
    ["0:00:01.5-1:00:00", { start: 1.5, end: 3600 }],
    ["75:00-", { start: 4500 }],
  ])("%s", (text, trim) => {
    expect(parseTrim(text, "--trim")).toEqual(trim);
  });

  it.each(["", "-", "5", "1-2-3", "a-b", "1:60-", "1:60:00-", "1:-2", "--", "1e3-", "-1s"])(
    "refuses %j",
    (text) => {
      expect(() => parseTrim(text, "--trim")).toThrow(/^--trim must be a-b in seconds or h:mm:ss/);
    },
  );

  it.each(["2-1", "2-2", "-0", "0-0", "1:00-59"])("refuses %j, which is empty or backwards", (text) => {
    expect(() => parseTrim(text, "--trim")).toThrow(/^--trim must be a-b with a before b/);
  });
});

describe("parseChoice and parseChoices", () => {
  it("take what is in the set, in order and once", () => {
    expect(parseChoice(["copy", "drop"])("drop", "--audio")).toBe("drop");
    expect(parseChoices(["a", "b", "c"])("c, a,c", "--backend")).toEqual(["c", "a"]);
  });

  it.each(["", "d", "a,,b", "a,d"])("refuse %j and say the set", (text) => {
    expect(() => parseChoices(["a", "b", "c"])(text, "--backend")).toThrow(
      /^--backend must be one of a, b, c, not/,
    );
  });
});

describe("parseDuration", () => {
  it.each([
    ["30", 30],
    ["30s", 30],
    ["0.5s", 0.5],
    ["5m", 300],
    ["1.5h", 5400],
    ["1:30", 90],
  ])("%s", (text, seconds) => expect(parseDuration(text, "--duration")).toBe(seconds));

  it.each(["0", "0s", "-1", "abc", "5d", ""])("refuses %j", (text) =>
    expect(() => parseDuration(text, "--duration")).toThrow(/^--duration must be a length of time above 0/),
  );
});

describe("what is said of raw video", () => {
  it.each([
    ["25", 25],
    ["29.97", 29.97],
    ["30000/1001", 30_000 / 1001],
    [".5", 0.5],
  ])("%s is %d pictures a second", (text, rate) => {
    expect(parseRate(text, "--frame-rate")).toBe(rate);
  });

  it.each(["", "0", "25/0", "1/2/3", "-25", "25fps", "1001"])("refuses %j as a rate", (text) => {
    expect(() => parseRate(text, "--frame-rate")).toThrow(/^--frame-rate must be/);
  });

  it("pixels are width and height", () => {
    expect(parsePixels("1920x1080", "--input-size")).toEqual({ width: 1920, height: 1080 });
    for (const text of ["1920", "0x10", "1920x1080x3", "1920*1080", "-1x2"])
      expect(() => parsePixels(text, "--input-size")).toThrow(/^--input-size must be WIDTHxHEIGHT/);
  });
});

test("a cut of a length ends where its last picture does", () => {
  expect(cutOf({ trim: { start: 0.2 }, duration: 0.4 })).toEqual({ start: 0.2, end: 0.6 });
  expect(cutOf({ trim: undefined, duration: 3 })).toEqual({ end: 3 });
  expect(cutOf({ trim: { end: 3 }, duration: undefined })).toEqual({ end: 3 });
});
