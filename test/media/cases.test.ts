/** What other tools' users reported, tried here: nothing is lost, or it is told; times begin at 0 and rise. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { filesOf, outcomeOf } from "../support/awkward.ts";
import { tatamiHere } from "../support/command-line.ts";
import type { Aspect } from "../support/judge/difference.ts";
import { judgeIsThere } from "../support/judge/ffprobe.ts";
import { readFacts } from "../support/judge/judge-output.ts";
import { tinyModelFile } from "../support/tiny-model.ts";

const golden = fileURLToPath(new URL("../golden/cases", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tatami-cases-"));
const model = join(folder, "model.onnx");
writeFileSync(model, tinyModelFile());
afterAll(() => rmSync(folder, { recursive: true }));

/** What a case must come to. */
interface Right {
  /** "ok", "damaged" or an error's code. @defaultValue "ok" */
  readonly result?: string;
  /** In the row: how many frames, or what the error says. */
  readonly says: string | RegExp;
  /** What may not differ from the input even if it is told. */
  readonly kept?: readonly Aspect[];
}

const frames = "25 frames";
const everyFrame: readonly Aspect[] = ["frames missing", "frames too many", "times fall"];
const soundAsItWas: readonly Aspect[] = ["stream lost", "sound", "stream times"];

const expected: Record<string, Right> = {
  "aac-latm.mpegts": { says: frames, kept: everyFrame },
  "ass-and-font.mkv": { says: frames, kept: [...soundAsItWas, "subtitles", "stream added"] },
  "audio-steps-back.mpegts": { says: frames, kept: ["stream lost", "sound", ...everyFrame] },
  "b-frames-pts-as-dts.mpegts": { says: frames, kept: everyFrame },
  "captions-608.mp4": { says: frames },
  "clock-wraps.mpegts": { says: frames, kept: [...everyFrame, ...soundAsItWas, "start", "duration"] },
  "cut-30000-of-60110.mkv": { result: "damaged", says: /^23 frames/ },
  "cut.webm": { result: "damaged", says: /^25 frames/ },
  "g711-alaw.mkv": { says: frames, kept: ["stream lost"] },
  "g711-alaw.mov": { says: frames, kept: soundAsItWas },
  // each of the seam's two sides whole
  "joined.mpegts": { says: "50 frames", kept: [...everyFrame, "stream lost", "sound"] },
  "no-moov-yet.mp4": { result: "damaged-input", says: /not finished/ },
  "opaque.gif": { says: frames, kept: everyFrame },
  "pal-gamma28.mp4": { says: frames, kept: ["color"] },
  "starts-at-1.4s.mpegts": { says: frames, kept: [...everyFrame, ...soundAsItWas, "start", "duration"] },
  "starts-at-1h.mkv": { says: frames, kept: [...everyFrame, ...soundAsItWas, "start", "duration"] },
  "starts-at-40000s.mpegts": { says: frames, kept: [...everyFrame, ...soundAsItWas, "start", "duration"] },
  "tagged.avi": { says: frames, kept: ["tags"] },
  "taken-2021-with-place.mp4": { says: frames, kept: ["tags"] },
  "timecode.mov": { says: frames, kept: ["timecode"] },
  "titled.mkv": { says: frames, kept: ["tags"] },
  "zlib-packed.mkv": { says: frames, kept: everyFrame },
};

describe.skipIf(!judgeIsThere())("cases from bug reports", () => {
  it("are all in the table", () => {
    const names = filesOf(golden).map((path) => path.slice(path.lastIndexOf("/") + 1));
    expect(names).toEqual(Object.keys(expected).toSorted());
  });

  for (const [file, { result = "ok", says, kept = [] }] of Object.entries(expected))
    it(`${file}: ${result}`, async () => {
      const outcome = await outcomeOf(join(golden, file), {
        folder,
        model,
        limitSeconds: 60,
        run: tatamiHere,
      });
      expect(outcome, outcome.detail).toMatchObject({ result, valid: true });
      expect(outcome.detail).toMatch(says);
      const differing = outcome.differences.filter(({ aspect }) => kept.includes(aspect));
      expect(differing.map(({ detail }) => detail)).toEqual([]);
    });

  it.each(["cut-30000-of-60110.mkv", "cut.webm"])("%s ends a strict job in one error", async (file) => {
    const flags = ["--strict"];
    const outcome = await outcomeOf(join(golden, file), {
      folder,
      model,
      limitSeconds: 60,
      flags,
      run: tatamiHere,
    });
    expect(outcome, outcome.detail).toMatchObject({ result: "damaged-input", valid: true });
  });

  // from the file's own start, whatever its clock says there
  it.each([
    ["starts-at-1.4s.mpegts", "mp4", ["--trim", "0-0.4"], 10],
    ["starts-at-1.4s.mpegts", "mp4", ["--trim", "0-2"], 25],
    ["starts-at-1.4s.mpegts", "mp4", ["--duration", "0.4s"], 10],
    ["starts-at-1h.mkv", "mkv", ["--trim", "0.6-2"], 10],
    ["starts-at-1h.mkv", "mp4", [], 25],
    ["starts-at-40000s.mpegts", "mp4", ["--trim", "0-0.4"], 10],
  ] as const)("%s to %s with %j: %i frames", async (file, container, flags, count) => {
    const output = join(folder, `${file}.${container}`);
    const args = ["upscale", join(golden, file), "-o", output, "-y", "--model", model, "--quiet", ...flags];
    const run = await tatamiHere(args);
    expect(run.status, run.stderr).toBe(0);
    const { picture, startTime, duration } = await readFacts(output);
    expect(picture?.times).toHaveLength(count);
    const keepsClock = container === "mkv";
    expect(keepsClock || Math.abs(startTime) < 0.1, `begins at ${startTime} s`).toBe(true);
    expect(duration).toBeGreaterThan(count / 25 - 0.05);
    expect(duration).toBeLessThan(count / 25 + 0.1);
  });
});
