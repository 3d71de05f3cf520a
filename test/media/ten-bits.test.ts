/** Files of ten bits on the command line, judged by ffprobe: what a high dynamic range states goes along, or is told. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeepClipOptions } from "@tatami/codecs/testing";
import { makeDeepClip } from "@tatami/codecs/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outcomeOf } from "../support/awkward.ts";
import { tatami, tatamiHere } from "../support/command-line.ts";
import { judgeIsThere } from "../support/judge/ffprobe.ts";
import { readFacts } from "../support/judge/judge-output.ts";
import { colors, gradient } from "../support/ten-bits/pictures.ts";
import { tinyModelFile } from "../support/tiny-model.ts";

let folder: string;
let model: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tatami-ten-bits-"));
  model = join(folder, "model.onnx");
  writeFileSync(model, tinyModelFile());
});
afterAll(() => rmSync(folder, { recursive: true }));

const draw = () => gradient({ width: 128, height: 96 }, 300, 600);
const clips: Readonly<Record<string, Omit<DeepClipOptions, "frames" | "draw">>> = {
  "hdr10.mp4": { codec: "hevc", format: "mp4", color: colors.pq, hasMastering: true },
  "hdr10.webm": { codec: "vp9", format: "webm", color: colors.pq, hasMastering: true },
  "hdr10.mkv": { codec: "av1", format: "matroska", color: colors.pq, hasMastering: true },
  "phone.mov": { codec: "hevc", format: "mov", color: colors.hlg },
  "phone.mp4": { codec: "hevc", format: "mp4", color: colors.hlg, dolbyVision: { profile: 8, baseLayer: 4 } },
};

describe.skipIf(!judgeIsThere())("files of ten bits", () => {
  for (const [name, clip] of Object.entries(clips))
    it(`${name}: bits, colours, mastering display and light as ffprobe sees them`, async () => {
      const path = join(folder, name);
      await makeDeepClip(path, { ...clip, frames: 5, draw });
      const outcome = await outcomeOf(path, { folder, model, limitSeconds: 60, run: tatamiHere });
      expect(outcome, outcome.detail).toMatchObject({ result: "ok", valid: true });
    });

  it("say beforehand what will be written, take a factor and a preset, and refuse what does not go together", async () => {
    const path = join(folder, "order.mp4");
    await makeDeepClip(path, { ...clips["phone.mov"]!, format: "mp4", frames: 3, draw });
    const output = join(folder, "ordered.mp4");
    const order = ["upscale", path, "-o", output, "--model", model, "--crf", "20", "--preset", "ultrafast"];
    const planned = await tatami([...order, "--dry-run"]);
    expect(planned.stdout).toContain("mp4, hevc (libx265, ultrafast) of 10 bits at CRF 20");
    expect((await tatami(order)).status).toBe(0);
    const { picture } = await readFacts(output);
    expect([picture?.pixelFormat, picture?.color.get("transfer")]).toEqual(["yuv420p10le", "arib-std-b67"]);
    const wrong = await tatami([...order, "-y", "--codec", "avc", "--pixel-format", "yuv420p10le"]);
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("--codec to hevc, vp9 or av1")]);
    const sdr = await tatami([...order, "-y", "--to-sdr"]);
    expect(sdr.status).toBe(0);
    expect((await readFacts(output)).picture?.pixelFormat).toBe("yuv420p");
  });
});
