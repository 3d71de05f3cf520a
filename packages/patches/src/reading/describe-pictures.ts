/** From sums over frames to the few numbers that decisions are made from. */

import type { PictureMeasures } from "@tatami/core";
import type { BlockEnergies, PictureSums } from "./measure-picture.ts";

/** Sums of frames of one file, taken together. */
export function describePictures(frames: readonly PictureSums[]): PictureMeasures {
  const blocks = frames.flatMap((frame) => frame.blocks);
  const total = (pick: (frame: PictureSums) => number): number =>
    frames.reduce((sum, frame) => sum + pick(frame), 0);
  const sorted = blocks.toSorted((a, b) => a.middle + a.coarse - b.middle - b.coarse);
  const part = (from: number, to: number): readonly BlockEnergies[] =>
    sorted.slice(Math.floor(from * sorted.length), Math.max(1, Math.ceil(to * sorted.length)));
  const flattest = part(0, 0.25).map(({ fine }) => fine);
  const [strong, textured] = [part(0.9, 1), part(0.4, 0.9)];
  return {
    noise: Math.sqrt(median(flattest)),
    tips: ratio(strong, "fourth", "second"),
    weave: ratio(textured, "fourth", "second"),
    edges: ratio(strong, "fine", "middle"),
    slopes: ratio(strong, "middle", "coarse"),
    detail: ratio(blocks, "fine", "middle"),
    structure: ratio(blocks, "middle", "coarse"),
    texture: ratio(textured, "fine", "middle"),
    textureStructure: ratio(textured, "middle", "coarse"),
    contrast: Math.log(mean(blocks.map(({ fine, middle, coarse }) => fine + middle + coarse)) + FLOOR),
    grid: Math.log((total((frame) => frame.gridStep) + FLOOR) / (total((frame) => frame.insideStep) + FLOOR)),
    emptied: blocks.filter(({ fine }) => fine < 0.06).length / Math.max(1, blocks.length),
    combed:
      blocks.filter(({ rowStep, fieldStep }) => rowStep > 25 && rowStep > 2 * fieldStep).length /
      Math.max(1, blocks.length),
    equal:
      total((frame) => frame.equal) /
      Math.max(
        1,
        total((frame) => frame.pixels),
      ),
  };
}

/** Keeps logarithms finite, in levels². */
const FLOOR = 0.02;

type Octave = "fine" | "middle" | "coarse" | "second" | "fourth";

function ratio(blocks: readonly BlockEnergies[], upper: Octave, lower: Octave): number {
  const energy = (octave: Octave): number => mean(blocks.map((block) => block[octave])) + FLOOR;
  return Math.log(energy(upper) / energy(lower));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
