/** Files that break players: each ends in an output that ffprobe finds right or truthfully reported, or in one error. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { filesOf, outcomeOf } from "../support/awkward.ts";
import { tatamiHere } from "../support/command-line.ts";
import { judgeIsThere } from "../support/judge/ffprobe.ts";
import { tinyModelFile } from "../support/tiny-model.ts";

const golden = fileURLToPath(new URL("../golden/awkward", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tatami-awkward-"));
const model = join(folder, "model.onnx");
writeFileSync(model, tinyModelFile());
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * What each file must end in; what is odd about it is in its name or beside it, and the frames where they are not what a
 * container says.
 */
const expected: Record<string, string> = {
  "androidx__bear-vp9-odd-dimensions.webm": "ok", // 161×121
  "androidx__bt601.mp4": "ok",
  "androidx__h265_bframes.mp4": "ok",
  "androidx__iibbibb_editlist_videoonly.mp4": "ok", // 4:4:4, and an edit list that begins inside
  "androidx__invalid-bitstream.webm": "damaged-input",
  "androidx__sample_h264.mpegts": "ok",
  "androidx__silent-black-10s.mp4": "ok",
  "androidx__subsample_encrypted_altref.webm": "encrypted-input",
  "decord__corrupted.mp4": "damaged, 49 frames",
  "decord__unordered.mov": "ok",
  "decord__video_270.mov": "ok",
  "decord__video_90.mov": "ok",
  "opencv__divx.avi": "ok, 30 frames",
  "opencv__wmv9.avi": "ok, 30 frames",
  "openh264__Static.264": "ok, 10 frames",
  "shaka__small.mp4": "ok",
  "small__AudioVideoInterleave.avi": "damaged-input",
  "small__webm.webm": "ok", // one picture of 8×8
  "torchcodec__av1_video.mkv": "ok",
  "torchcodec__h264_10bits.mp4": "ok",
};

describe.skipIf(!judgeIsThere())("awkward files", () => {
  it("are all in the table", () => {
    const names = filesOf(golden).map((path) => path.slice(path.lastIndexOf("/") + 1));
    expect(names).toEqual(Object.keys(expected).toSorted());
  });

  for (const [file, result] of Object.entries(expected))
    it(`${file}: ${result}`, async () => {
      const outcome = await outcomeOf(join(golden, file), {
        folder,
        model,
        limitSeconds: 110,
        run: tatamiHere,
      });
      const [end, frames = ""] = result.split(", ");
      expect(outcome, outcome.detail).toMatchObject({ file, result: end, valid: true });
      expect(outcome.detail).toContain(frames);
    });
});
