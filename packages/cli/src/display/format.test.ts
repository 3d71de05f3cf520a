import { describe, expect, it, test } from "vitest";
import { formatBitrate, formatBytes, formatClock, formatDuration, formatRate } from "./format.ts";
import { createStyle } from "./style.ts";
import { createCapture } from "../testing/fake-shell.ts";
import { textTable } from "./text-table.ts";

test.each([
  [0, "0:00"],
  [-3, "0:00"],
  [7.4, "0:07"],
  [59.6, "1:00"],
  [754, "12:34"],
  [3723, "1:02:03"],
])("formatClock(%d) is %s", (seconds, text) => {
  expect(formatClock(seconds)).toBe(text);
});

test.each([
  [1.5, "1.5 s"],
  [59.94, "59.9 s"],
  [59.96, "1:00"],
  [Infinity, "live"],
])("formatDuration(%d) is %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  [0, "0 B"],
  [950, "950 B"],
  [999.6, "1 kB"],
  [1234, "1.2 kB"],
  [123_456, "123 kB"],
  [999_950, "1 MB"],
  [3_400_000, "3.4 MB"],
  [2e15, "2000 TB"],
])("formatBytes(%d) is %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [850, "850 bit/s"],
  [2_100_000, "2.1 Mbit/s"],
])("formatBitrate(%d) is %s", (bits, text) => {
  expect(formatBitrate(bits)).toBe(text);
});

test.each([
  [0, "0"],
  [0.254, "0.25"],
  [3.46, "3.5"],
  [9, "9"],
  [123.4, "123"],
])("formatRate(%d) is %s", (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});

test("textTable lines up columns, numbers to the right", () => {
  const rows = [
    ["a", "1", "2 MB"],
    ["long name", "12", ""],
  ];
  expect(textTable(["file", "n", "size"], rows)).toBe(
    "file        n  size\na           1  2 MB\nlong name  12\n",
  );
});

describe("createStyle", () => {
  it.each([
    [true, {}, true],
    [true, { NO_COLOR: "" }, true],
    [true, { NO_COLOR: "1" }, false],
    [true, { TERM: "dumb" }, false],
    [false, {}, false],
  ])("on a terminal: %s, with %j: %s", (isTerminal, env, isStyled) => {
    const style = createStyle(createCapture(isTerminal).output, env);
    expect(style("red", "x") !== "x").toBe(isStyled);
  });
});
