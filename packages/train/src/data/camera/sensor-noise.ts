/** Noise as a sensor makes it: shot noise grows with light, read noise does not; a gamma curve follows both. */

import type { Random } from "@tatami/core";
import type { FloatPicture } from "./blur.ts";

/** How much noise. */
export interface SensorNoise {
  /** Standard deviation at middle grey, in 8-bit levels after the gamma curve. */
  readonly level: number;
  /** Share of shot noise in the variance at middle grey, 0..1; the rest is read noise. */
  readonly shot: number;
  /** Share of the variance that all three colours have in common, 0..1. */
  readonly grey: number;
}

const gamma = 2.2;
/** Below this level the curve is a line, as in sRGB, so that noise in the dark stays finite. */
const toe = 20;
const middleLevel = 128;

/** Adds noise in place. The picture may leave 0..255. */
export function addSensorNoise(picture: FloatPicture, noise: SensorNoise, random: Random): void {
  const { channels, data } = picture;
  const deviations = deviationsOf(noise);
  const [common, own] = channels === 1 ? [0, 1] : [Math.sqrt(noise.grey), Math.sqrt(1 - noise.grey)];
  const mask = normals.length - 1;
  for (let i = 0; i < data.length; i += channels) {
    const shared = common * normals[random.integer(normals.length) & mask]!;
    for (let channel = i; channel < i + channels; channel++) {
      const level = Math.min(255, Math.max(0, Math.round(data[channel]!)));
      data[channel]! += deviations[level]! * (shared + own * normals[random.integer(normals.length) & mask]!);
    }
  }
}

/** The standard deviation at each 8-bit level: that of linear light, divided by the slope of light over level. */
export function deviationsOf({ level, shot }: SensorNoise): Float32Array {
  const light = (value: number): number => (value / 255) ** gamma;
  const slope = (value: number): number => (gamma / 255) * (Math.max(value, toe) / 255) ** (gamma - 1);
  const variance = (level * slope(middleLevel)) ** 2;
  return Float32Array.from(
    { length: 256 },
    (_, value) =>
      Math.sqrt(variance * (1 - shot) + (variance * shot * light(value)) / light(middleLevel)) / slope(value),
  );
}

/** The normal distribution's quantiles, evenly spaced: choosing one at random is faster than Box and Muller. */
const normals: Float32Array = Float32Array.from({ length: 1 << 14 }, (_, i) =>
  quantile((i + 0.5) / (1 << 14)),
);

/** The inverse of the normal distribution function, by bisection. */
function quantile(probability: number): number {
  let [low, high] = [-5, 5];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (cumulative(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The normal distribution function (Abramowitz and Stegun, 7.1.26: to 1.5e-7). */
function cumulative(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const polynomial =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = 0.5 * polynomial * Math.exp(-z * z);
  return x < 0 ? tail : 1 - tail;
}
