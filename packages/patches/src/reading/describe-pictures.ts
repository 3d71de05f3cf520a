/** From sums over frames to the few numbers that decisions are made from. */

import type { PictureMeasures } from "@tatami/core";
import type { BlockEnergies, PictureSums } from "./measure-picture.ts";

/** Sums of frames of one file, taken together. */
export function describePictures(frames: readonly PictureSums[]): PictureMeasures {
  const total = (pick: (frame: PictureSums) => number): number =>
    frames.reduce((sum, frame) => sum + pick(frame), 0);
  const blocks = joinBlocks(frames);
  const { fine, middle, coarse, rowStep, fieldStep } = blocks;
  const sorted = sortByStrength(blocks);
  const all = Uint32Array.from(fine, (_, block) => block);
  const [strong, textured] = [partOf(sorted, 0.9, 1), partOf(sorted, 0.4, 0.9)];
  const count = Math.max(1, fine.length);
  const energies = fine.reduce((sum, energy, block) => sum + energy + middle[block]! + coarse[block]!, 0);
  const emptied = fine.reduce((sum, energy) => sum + Number(energy < 0.06), 0);
  const combed = rowStep.reduce(
    (sum, step, block) => sum + Number(step > 25 && step > 2 * fieldStep[block]!),
    0,
  );
  return {
    noise: noiseAmong(fine, sorted),
    tips: ratio(strong, blocks.fourth, blocks.second),
    weave: ratio(textured, blocks.fourth, blocks.second),
    edges: ratio(strong, fine, middle),
    slopes: ratio(strong, middle, coarse),
    detail: ratio(all, fine, middle),
    structure: ratio(all, middle, coarse),
    texture: ratio(textured, fine, middle),
    textureStructure: ratio(textured, middle, coarse),
    contrast: Math.log(energies / count + floor),
    grid: Math.log((total((frame) => frame.gridStep) + floor) / (total((frame) => frame.insideStep) + floor)),
    emptied: emptied / count,
    combed: combed / count,
    equal:
      total((frame) => frame.equal) /
      Math.max(
        1,
        total((frame) => frame.pixels),
      ),
  };
}

/** The noise of one frame, in levels; see {@link PictureMeasures.noise}. */
export function noiseOf({ blocks }: PictureSums): number {
  return noiseAmong(blocks.fine, sortByStrength(blocks));
}

/** Keeps logarithms finite, in levels². */
const floor = 0.02;

function joinBlocks(frames: readonly PictureSums[]): BlockEnergies {
  const join = (column: keyof BlockEnergies): Float64Array => {
    const columns = frames.map(({ blocks }) => blocks[column]);
    const joined = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const each of columns) {
      joined.set(each, at);
      at += each.length;
    }
    return joined;
  };
  return {
    fine: join("fine"),
    middle: join("middle"),
    coarse: join("coarse"),
    rowStep: join("rowStep"),
    fieldStep: join("fieldStep"),
    second: join("second"),
    fourth: join("fourth"),
  };
}

/**
 * The blocks, the flattest first. The lower half of each number's bits makes room for the block that it is of (a
 * millionth of its value), for numbers alone are sorted several times faster than by a function that compares.
 */
function sortByStrength({ middle, coarse }: BlockEnergies): Uint32Array {
  const strength = middle.map((energy, block) => energy + coarse[block]!);
  const halves = new Uint32Array(strength.buffer);
  const lower = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;
  for (let block = 0; block < strength.length; block++) halves[2 * block + lower] = block;
  strength.sort();
  return Uint32Array.from(strength, (_, place) => halves[2 * place + lower]!);
}

function partOf(sorted: Uint32Array, from: number, to: number): Uint32Array {
  return sorted.subarray(Math.floor(from * sorted.length), Math.max(1, Math.ceil(to * sorted.length)));
}

function noiseAmong(fine: Float64Array, sorted: Uint32Array): number {
  const flattest = Float64Array.from(partOf(sorted, 0, 0.25), (block) => fine[block]!).sort();
  return Math.sqrt(flattest[flattest.length >> 1] ?? 0);
}

function ratio(blocks: Uint32Array, upper: Float64Array, lower: Float64Array): number {
  const energy = (column: Float64Array): number => {
    let sum = 0;
    for (const block of blocks) sum += column[block]!;
    return sum / Math.max(1, blocks.length) + floor;
  };
  return Math.log(energy(upper) / energy(lower));
}
