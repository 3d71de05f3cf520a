/** VMAF by an FFmpeg that has libvmaf: a program of the user's own, since the FFmpeg that Tatami runs on is built without. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { TatamiError, throwIfAborted } from "@tatami/core";
import type { LumaPlane } from "../luma.ts";
import { roundLuma } from "../luma.ts";

/**
 * The mean VMAF (Li et al., Netflix, 2016; the default model) of frames of one size in studio range, chroma left out.
 *
 * @throws TatamiError `unsupported-environment` when the program does not run or has no libvmaf.
 */
export type MeasureVmaf = (
  frames: readonly LumaPlane[],
  truth: readonly LumaPlane[],
  signal?: AbortSignal,
) => Promise<number>;

const run = promisify(execFile);
const [FRAMES, TRUTH, LOG] = ["frames.yuv", "truth.yuv", "vmaf.json"];

/** A meter on a program. @param ffmpeg its path, or its name where the shell finds it */
export function createVmafMeter(ffmpeg: string): MeasureVmaf {
  return async (frames, truth, signal) => {
    throwIfAborted(signal);
    const folder = await mkdtemp(join(tmpdir(), "tatami-vmaf-"));
    try {
      await writeFile(join(folder, FRAMES), packFrames(frames));
      await writeFile(join(folder, TRUTH), packFrames(truth));
      const { width, height } = truth[0]!;
      const raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", `${width}x${height}`, "-r", "25", "-i"];
      const filter = `libvmaf=log_fmt=json:log_path=${LOG}`;
      const words = [
        "-v",
        "error",
        "-nostdin",
        ...raw,
        FRAMES,
        ...raw,
        TRUTH,
        "-lavfi",
        filter,
        "-f",
        "null",
        "-",
      ];
      await run(ffmpeg, words, { cwd: folder, ...(signal ? { signal } : {}) });
      return readMean(await readFile(join(folder, LOG), "utf8"));
    } catch (error) {
      throwIfAborted(signal);
      throw cannotMeasure(ffmpeg, error);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** 4:2:0 with grey for chroma. */
function packFrames(frames: readonly LumaPlane[]): Uint8Array {
  return Buffer.concat(
    frames.flatMap((frame) => [
      Uint8Array.from(roundLuma(frame).data),
      new Uint8Array((frame.width / 2) * (frame.height / 2) * 2).fill(128),
    ]),
  );
}

function readMean(log: string): number {
  const { pooled_metrics: pooled } = JSON.parse(log) as { pooled_metrics: { vmaf: { mean: number } } };
  return pooled.vmaf.mean;
}

function cannotMeasure(ffmpeg: string, cause: unknown): TatamiError<"unsupported-environment"> {
  const { stderr, message } = cause as Error & { readonly stderr?: string };
  const why = (stderr ?? "").trim().split("\n").at(-1) || message;
  return new TatamiError({
    code: "unsupported-environment",
    message: `${ffmpeg} did not measure VMAF: ${why}`,
    fix: "Name an FFmpeg whose list of filters (ffmpeg -filters) has libvmaf, or measure without VMAF.",
    cause,
  });
}
