/** What a teacher's features are like, on crops of the pictures: how large, and along which directions. */

import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Features at one point. */
export interface FeatureMeasures {
  readonly channels: number;
  /**
   * What a mean difference of these is to be multiplied by to count as much as one of pictures does: by it the paper's
   * weights of the losses have a meaning of their own. The mean of |teacher − bicubic| over that of |features|.
   */
  readonly weight: number;
  /** Directions of largest moment first, `[channels][channels]`, each of length 1. */
  readonly directions: Float32Array;
}

/** Adds up features of crops. */
export interface FeatureMeter {
  /** @param features of one crop, `[channels][places]` for each point. @param gained mean of |teacher − bicubic| there */
  add(features: readonly Float32Array[], gained: number): void;
  read(): readonly FeatureMeasures[];
}

/** A meter of features with so many channels at each point. */
export function createFeatureMeter(channels: readonly number[]): FeatureMeter {
  const sums = channels.map((count) => ({ moments: Matrix.zeros(count, count), absolute: 0, values: 0 }));
  let [gains, crops] = [0, 0];
  return {
    add(features, gained) {
      gains += gained;
      crops++;
      for (const [at, values] of features.entries()) {
        const { moments } = sums[at]!;
        addMoments(values, channels[at]!, moments);
        sums[at]!.absolute += values.reduce((sum, value) => sum + Math.abs(value), 0);
        sums[at]!.values += values.length;
      }
    },
    read: () =>
      sums.map(({ moments, absolute, values }, at) => ({
        channels: channels[at]!,
        weight: gains / crops / Math.max(absolute / values, 1e-9),
        directions: directionsOf(moments),
      })),
  };
}

function addMoments(values: Float32Array, channels: number, moments: Matrix): void {
  const places = values.length / channels;
  for (let a = 0; a < channels; a++)
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < places; i++) sum += values[a * places + i]! * values[b * places + i]!;
      moments.set(a, b, moments.get(a, b) + sum);
      if (a !== b) moments.set(b, a, moments.get(b, a) + sum);
    }
}

function directionsOf(moments: Matrix): Float32Array {
  const count = moments.rows;
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(moments, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues
    .map((_, at) => at)
    .toSorted((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  return Float32Array.from(order.flatMap((at) => eigenvectorMatrix.getColumn(at)).slice(0, count * count));
}
