/** From a file's measures to a network and its strength: a small function, fitted by `bench/reading/fit.ts` of `@tatami/train`. */

import type { PictureMeasures } from "@tatami/core";
import { policies } from "./policy.generated.ts";

/** What the fit writes. */
export interface Policy {
  /** Measures in the order of the weights, each with its mean and deviation over the cases that were fitted on. */
  readonly measures: readonly (readonly [name: keyof PictureMeasures, mean: number, deviation: number])[];
  /** Mixtures of both tracks that are chosen from. */
  readonly mixtures: readonly number[];
  /**
   * A row for each mixture's strength, then one for each mixture's preference, then one for the rate that H.264 would have been
   * compressed with, over {@link expandMeasures}.
   */
  readonly weights: readonly (readonly number[])[];
}

/** What a file's measures ask for. */
export interface Settings {
  readonly denoise: number;
  readonly strength: number;
  /** How hard it was compressed, as a constant rate factor of H.264. */
  readonly rate: number;
}

/** Strength where nothing holds it back. */
const MOST_STRENGTH = 1.5;

/** What faithful enlargement by a scale asks for. */
export function settingsFor(measures: PictureMeasures, scale: number): Settings {
  const policy = policies[scale] ?? policies[2]!;
  return applyPolicy(policy, measures);
}

/** A policy's answer. */
export function applyPolicy(policy: Policy, measures: PictureMeasures): Settings {
  const terms = expandMeasures(policy, measures);
  const sums = policy.weights.map((row) => row.reduce((sum, weight, i) => sum + weight * terms[i]!, 0));
  const count = policy.mixtures.length;
  const preferences = sums.slice(count, 2 * count);
  const best = preferences.indexOf(Math.max(...preferences));
  return {
    denoise: policy.mixtures[best]!,
    strength: MOST_STRENGTH / (1 + Math.exp(-sums[best]!)),
    // fitted in tens
    rate: 10 * sums[2 * count]!,
  };
}

/** 1, the standardised measures, and their squares. Noise counts by its logarithm; nothing counts beyond three deviations. */
export function expandMeasures({ measures }: Policy, seen: PictureMeasures): readonly number[] {
  const standard = measures.map(([name, mean, deviation]) =>
    Math.min(3, Math.max(-3, (weigh(name, seen[name]) - mean) / deviation)),
  );
  return [1, ...standard, ...standard.map((value) => value * value)];
}

/** A measure as it counts. */
export function weigh(name: keyof PictureMeasures, value: number): number {
  return name === "noise" ? Math.log(value + 0.05) : value;
}
