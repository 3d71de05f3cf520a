/** What was seen in a file, and what follows from it, in one sentence. */

import type { FileReading } from "@tatami/core";
import type { Settings } from "./policy.ts";
import { compressed } from "./policy.ts";

/** Rate of H.264 above which it is hard. */
const compressedHard = 26;
/** Levels of noise in the finest octave that are seen. */
const noisyLevels = 2.6;
/** Finest over middle octave at the strongest edges below which a picture is soft. */
const softDifference = -1.2;
/** Part of pixels equal to their neighbours above which a picture was drawn. */
const drawnShare = 0.55;
/** Part of the picture that stands still above which a camera is fixed. */
const stillPart = 0.7;
/** Part of the blocks whose rows are combed above which fields were woven. */
const combedShare = 0.05;

/** Words for what was seen, the most telling first; "clean" where nothing was. */
export function describeReading(
  { measures, stillShare }: FileReading,
  { rate }: Settings,
): readonly string[] {
  const words = [
    rate > compressedHard ? "compressed hard" : rate > compressed ? "compressed" : "",
    measures.noise > noisyLevels ? "noisy" : "",
    measures.edges < softDifference ? "soft" : "",
    measures.equal > drawnShare ? "drawn or a screen" : "",
    measures.combed > combedShare ? "combed like interlaced video" : "",
    isFixed(stillShare) ? "fixed camera" : "",
  ].filter((word) => word !== "");
  return words.length === 0 ? ["clean"] : words;
}

/** Whether most of the picture stands still. */
export function isFixed(stillShare: number | null): boolean {
  return stillShare !== null && stillShare > stillPart;
}

/** What follows, in the words of the options. */
export function describeSettings(
  { denoise, strength }: Pick<Settings, "denoise" | "strength">,
  reuse: string,
): string {
  const track =
    denoise === 0 ? "clean track" : denoise === 1 ? "camera track" : "clean and camera track mixed";
  const still = reuse === "bounded" ? ", what stands still is kept" : "";
  return `${track}, strength ${strength.toFixed(2)}${still}`;
}
