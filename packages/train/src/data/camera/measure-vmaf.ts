/** The mean VMAF of some frames, by an FFmpeg of the user's own: the one that Tatami runs on is built without libvmaf. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plane } from "@tatami/core";
import { abortable, throwIfAborted } from "@tatami/core";
import type { LumaPlane } from "../luma.ts";
import { roundLuma } from "../luma.ts";
import { openVmaf } from "./vmaf.ts";

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

/** A meter on a program. @param ffmpeg its path, or its name where the shell finds it */
export function createVmafMeter(ffmpeg: string): MeasureVmaf {
  return async (frames, truth, signal) => {
    throwIfAborted(signal);
    const folder = await mkdtemp(join(tmpdir(), "tatami-vmaf-"));
    const { width, height } = truth[0]!;
    const meter = openVmaf({ ffmpeg, folder, log: "vmaf.json", width, height });
    const measure = async (): Promise<number> => {
      for (const [index, frame] of frames.entries()) await meter.add(planeOf(frame), planeOf(truth[index]!));
      const scores = await meter.finish();
      return scores.reduce((sum, score) => sum + score, 0) / scores.length;
    };
    try {
      return await abortable(measure(), signal);
    } finally {
      await meter[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function planeOf(luma: LumaPlane): Plane {
  const { width, height, data } = roundLuma(luma);
  return { width, height, stride: width, data: Uint8Array.from(data) };
}
