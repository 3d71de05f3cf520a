/** Random crops: which part of which picture, and which of its eight turns. */

import type { Random } from "@tatami/core";
import { createCropDetail } from "./crop-detail.ts";
import type { Dataset } from "../data/dataset.ts";
import { lowUnit } from "../data/dataset.ts";
import { turnCount, turnedPlaces } from "./turn.ts";

/** Numbers that name a crop: picture, left, top, turn. */
export const cropFields = 4;

/** Chooses crops; every low-resolution position in the data set is about as likely to be drawn. */
export interface CropSampler {
  /** Fills `[batch][CROP_FIELDS]`. */
  sample(random: Random, crops: Int32Array): void;
}

/**
 * A sampler of square crops, `crop` low-resolution pixels wide.
 *
 * @param candidates how many are drawn for each one chosen, which is the one with the most detail: most of most
 * photographs is smooth, and there is little to learn from it. @defaultValue 1
 */
export function createCropSampler(dataset: Dataset, crop: number, candidates = 1): CropSampler {
  // a sampler without a choice asks nothing of the pictures
  const detail = candidates > 1 ? createCropDetail(dataset, crop) : () => 0;
  const ends: number[] = [];
  let total = 0;
  for (const { width, height } of dataset.entries) {
    total += width * height;
    ends.push(total);
  }
  const draw = (random: Random): readonly [number, number, number] => {
    const at = random.uniform() * total;
    const picture = ends.findIndex((end) => at < end);
    const { width, height } = dataset.entries[picture]!;
    return [picture, random.integer(width - crop + 1), random.integer(height - crop + 1)];
  };
  return {
    sample(random, crops) {
      for (let i = 0; i < crops.length; i += cropFields) {
        let chosen = draw(random);
        for (let drawn = 1; drawn < candidates; drawn++) {
          const other = draw(random);
          if (detail(...other) > detail(...chosen)) chosen = other;
        }
        crops.set(chosen, i);
        crops[i + 3] = random.integer(turnCount);
      }
    },
  };
}

/** Cuts crops out of a data set. */
export interface CropCutter {
  /** Writes `[crop][crop]` and `[scale · crop][scale · crop]`, Y′/255, of the crop that these {@link cropFields} numbers name. */
  cut(fields: Int32Array, low: Float32Array, high: Float32Array): void;
}

/** A cutter of square crops, `crop` low-resolution pixels wide. */
export function createCropCutter(dataset: Dataset, crop: number): CropCutter {
  const { scale, entries } = dataset;
  const lowSamples = new Uint16Array(dataset.low);
  const highSamples = new Uint8Array(dataset.high);
  return {
    cut([picture = 0, left = 0, top = 0, turn = 0], lowTarget, highTarget) {
      const { width, low, high } = entries[picture]!;
      copyTurned(lowSamples, low + top * width + left, width, crop, turn, lowTarget, 255 * lowUnit);
      const start = high + (top * width * scale + left) * scale;
      copyTurned(highSamples, start, width * scale, crop * scale, turn, highTarget, 255);
    },
  };
}

/** A crop in one of its eight turns (`turn.ts`), in units of `unit`. */
function copyTurned(
  samples: Uint8Array | Uint16Array,
  start: number,
  stride: number,
  side: number,
  turn: number,
  target: Float32Array,
  unit: number,
): void {
  const { start: first, across, down } = turnedPlaces(turn, side, side, stride);
  for (let y = 0; y < side; y++) {
    const row = start + first + y * down;
    for (let x = 0; x < side; x++) target[y * side + x] = samples[row + x * across]! / unit;
  }
}
