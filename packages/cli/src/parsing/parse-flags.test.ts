import { TatamiError } from "@tatami/core";
import { describe, expect, it } from "vitest";
import { switchFlag, valueFlag } from "../flags.ts";
import { parseFlags } from "./parse-flags.ts";
import { parseInteger } from "./parse-integer.ts";

const flags = {
  output: valueFlag("PATH", "Where to.", (text) => text, "o"),
  trim: valueFlag("A-B", "Which part.", (text) => text),
  threads: valueFlag("N", "How many.", parseInteger(1, 8)),
  overwrite: switchFlag("Replace.", "y"),
  "dry-run": switchFlag("Do nothing."),
};

describe("parseFlags", () => {
  it.each<[readonly string[], readonly string[], object]>([
    [[], [], {}],
    [["a.mp4"], ["a.mp4"], {}],
    [["-o", "b.mp4", "a.mp4"], ["a.mp4"], { output: "b.mp4" }],
    [["-ob.mp4", "a.mp4"], ["a.mp4"], { output: "b.mp4" }],
    [["--output=b.mp4"], [], { output: "b.mp4" }],
    [["--output="], [], { output: "" }],
    [["--output=-b.mp4"], [], { output: "-b.mp4" }],
    [["--trim", "-5"], [], { trim: "-5" }],
    [["--trim", "-0:30"], [], { trim: "-0:30" }],
    [["--threads", "2", "--threads", "3"], [], { threads: 3 }],
    [["-y", "--dry-run"], [], { overwrite: true, "dry-run": true }],
    [["--", "-o", "--trim"], ["-o", "--trim"], {}],
  ])("%j", (words, files, values) => {
    const parsed = parseFlags(words, flags);
    expect(parsed.files).toEqual(files);
    expect(parsed.values).toEqual({ overwrite: false, "dry-run": false, ...values });
  });

  it.each([
    [["--outptu", "b"], "--outptu is not a flag", "--output?"],
    [["-x"], "-x is not a flag", "--help"],
    [["--constructor"], "--constructor is not a flag", "--help"],
    [["--output"], "--output needs a value", "--output PATH"],
    [["-o", "--overwrite"], "-o needs a value", "-o PATH"],
    [["--overwrite=yes"], "--overwrite takes no value", "just --overwrite"],
    [["--threads", "9"], "--threads must be a whole number from 1 to 8, not 9", "--threads"],
    [["--threads", "two"], '--threads must be a whole number from 1 to 8, not "two"', "--threads"],
    [["--threads", "-1"], "--threads must be a whole number from 1 to 8, not -1", "--threads"],
  ])("refuses %j", (words, message, fix) => {
    const error = thrownBy(() => parseFlags(words, flags));
    expect(error).toMatchObject({ code: "invalid-option" });
    expect(error.message).toContain(message);
    expect(error.fix).toContain(fix);
  });
});

function thrownBy(act: () => unknown): TatamiError {
  try {
    act();
  } catch (error) {
    if (TatamiError.is(error)) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}
