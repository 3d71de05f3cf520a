/** From a file's measures to a network and its strength: a small function, fitted by `bench/reading/fit.ts` of `@tatami/train`. */

import type { FileReading, PictureMeasures } from "@tatami/core";
import type { Look } from "@tatami/graph";
import { policies } from "./policy.generated.ts";

/** What of a file's reading the policy goes by. */
export type SeenFile = Pick<FileReading, "measures" | "bitsPerPixel" | "codec">;

/** What the fit writes. */
export interface Policy {
  /** Measures in the order of the weights, each with its mean and deviation over the cases that were fitted on. */
  readonly measures: readonly (readonly [name: keyof PictureMeasures, mean: number, deviation: number])[];
  /** Mean and deviation of the logarithm of bits a pixel. */
  readonly bits: readonly [mean: number, deviation: number];
  /** Mixtures of both tracks that are chosen from. */
  readonly mixtures: readonly number[];
  /**
   * A row for each mixture's strength, then one for each mixture's preference, then one for the rate that H.264 would have been
   * compressed with, over {@link expandSeen}.
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

const byScale: Readonly<Record<number, Policy>> = policies;

/** Strength where nothing holds it back. */
const mostStrength = 1.5;

/** Rate of H.264 below which pictures are as they were before. */
const untouched = 6;
/** The least strength of those: the best is 0.5 to 0.8 for soft scenes there, 0.8 to 1 for sharp ones. */
const leastUntouched = 0.75;
/** Rate of H.264 above which compression is seen. */
export const compressed = 18;

/** What enlargement by a scale asks for. */
export function settingsFor(seen: SeenFile, scale: number, look: Look = "faithful"): Settings {
  const settings = applyPolicy(byScale[scale] ?? policies[2], seen);
  if (look === "faithful") return settings;
  // all that a network adds, and of what was compressed all that a camera's network takes away
  const denoise = settings.rate > compressed ? 1 : settings.denoise;
  return { ...settings, denoise, strength: Math.max(1, settings.strength) };
}

/** A policy's answer. */
export function applyPolicy(policy: Policy, seen: SeenFile): Settings {
  const terms = expandSeen(policy, seen);
  const sums = policy.weights.map((row) => row.reduce((sum, weight, i) => sum + weight * terms[i]!, 0));
  const count = policy.mixtures.length;
  const preferences = sums.slice(count, 2 * count);
  // fitted in tens
  const rate = 10 * sums[2 * count]!;
  // what was hardly compressed needs nothing taken away, and all of it bears about as much of the clean track
  const isUntouched = rate < untouched;
  const best = isUntouched ? 0 : preferences.indexOf(Math.max(...preferences));
  return {
    denoise: policy.mixtures[best]!,
    strength: Math.max(isUntouched ? leastUntouched : 0, mostStrength / (1 + Math.exp(-sums[best]!))),
    rate,
  };
}

/** Families of codecs that take about as many bits for as good a picture; others' bits say nothing. */
const codecFamilies: readonly RegExp[] = [
  /^(avc|h264)/i,
  /^(hevc|h265)/i,
  /^vp[89]/i,
  /^av1/i,
  /^mpeg[12]/i,
  /^(mpeg4|msmpeg4|h263|wmv)/i,
  /^m?jpeg/i,
];

/**
 * 1, the standardised measures and their squares; where bits a pixel are known, 1, their logarithm, its square, and which family
 * of codecs it is. Noise counts by its logarithm; nothing counts beyond three deviations.
 */
export function expandSeen({ measures, bits }: Policy, seen: SeenFile): readonly number[] {
  const within = (value: number): number => Math.min(3, Math.max(-3, value));
  const standard = measures.map(([name, mean, deviation]) =>
    within((weigh(name, seen.measures[name]) - mean) / deviation),
  );
  const family = codecFamilies.findIndex((names) => names.test(seen.codec ?? ""));
  const isKnown = family >= 0 && seen.bitsPerPixel !== null && seen.bitsPerPixel > 0;
  const rate = isKnown ? within((Math.log(seen.bitsPerPixel!) - bits[0]) / bits[1]) : 0;
  const families = codecFamilies.map((_, index) => Number(isKnown && index === family));
  return [1, ...standard, ...standard.map((value) => value * value), rate, rate * rate, ...families];
}

/** A measure as it counts. */
export function weigh(name: keyof PictureMeasures, value: number): number {
  return name === "noise" ? Math.log(value + 0.05) : value;
}
