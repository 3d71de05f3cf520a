/** What is refused before any work, and what it is said to need. */

import type { OpenOptions, VideoDescription } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import { expect, test } from "vitest";
import { refuseUnsupported } from "./refuse.ts";

const deep = {
  width: 64,
  height: 48,
  bitDepth: 10,
  color: { primaries: "bt2020", transfer: "pq", matrix: "bt2020-ncl", fullRange: false },
} as VideoDescription;

function fixOf(options: OpenOptions, keepsDepth: boolean, video = deep): string | undefined {
  try {
    refuseUnsupported(video, options, keepsDepth);
    return undefined;
  } catch (error) {
    return TatamiError.is(error, "unsupported-feature") ? error.fix : String(error);
  }
}

test("ten bits are kept by who can, where they are asked for, and converted by everybody", () => {
  expect(fixOf({ bitDepth: "source" }, true)).toBeUndefined();
  expect(fixOf({ bitDepth: 10 }, true)).toBeUndefined();
  expect(fixOf({ toSdr: true }, false)).toBeUndefined();
});

test("a driver that has 8 bits says so, and that Node has more; who asked for 8 is only told of the conversion", () => {
  expect(fixOf({ bitDepth: "source" }, false)).toMatch(/--to-sdr.*upscale it in Node/);
  expect(fixOf({}, true)).toBe("Set toSdr (--to-sdr on the command line) to convert it to 8-bit BT.709.");
  const sdr = { ...deep, color: { ...deep.color, transfer: "bt709" } };
  expect(fixOf({ bitDepth: 8 }, true, sdr)).toMatch(/^Set toSdr/);
  expect(fixOf({ bitDepth: 8 }, true, { ...sdr, bitDepth: 8 })).toBeUndefined();
});
