import { expect, test } from "vitest";
import { judge } from "./judge.ts";
import type { Finding, Part } from "./machine.ts";

const all = (change: Partial<Record<Part, Finding["state"]>>): Record<Part, Finding> => {
  const of = (part: Part): Finding => ({ state: change[part] ?? "there", words: "" });
  return { video: of("video"), speed: of("speed"), cores: of("cores"), camera: of("camera") };
};

test.each([
  [["video"], {}, "there", "Runs here"],
  [
    ["video", "camera", "speed"],
    { camera: "missing", speed: "weak" },
    "missing",
    "Needs a camera; none was found",
  ],
  [["video", "camera", "speed"], { speed: "weak" }, "weak", "Runs here; smoother with WebGPU"],
  [["video", "cores"], { cores: "weak", camera: "missing" }, "weak", "Runs here, on one core"],
  [["video", "cores"], { video: "missing" }, "missing", "Not in this browser: see below"],
] as [Part[], Partial<Record<Part, Finding["state"]>>, string, string][])(
  "%j where %j",
  (needs, change, state, words) => {
    expect(judge(needs, all(change))).toEqual({ state, words });
  },
);
