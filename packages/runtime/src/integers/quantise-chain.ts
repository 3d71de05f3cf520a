/** A chain whose layers between the first and the last run on 8-bit integers. */

import type { Size } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { Chain, ChainLayer } from "@tatami/kernels";
import { calibrationSize, drawCalibrationPicture, drawFlatPicture, flatSize } from "./calibration-picture.ts";
import { runLayers } from "./run-layers.ts";

/** What an integer stands for: number = integer · step, with a step for each channel. */
export type Steps = Float32Array;

/** One layer in integers. */
export interface IntegerLayer {
  /** −127..127, `[outputs][inputs][kernel][kernel]`. */
  readonly weights: Int8Array;
  /** What one of a sum of products stands for, by output. */
  readonly sumSteps: Steps;
}

/** A chain with its integers; where one is absent, floats are used. */
export interface IntegerChain {
  readonly chain: Chain;
  /** By layer: none for the first and the last. */
  readonly layers: readonly (IntegerLayer | undefined)[];
  /** By layer: how its output is stored; as floats for the last, and for the one that the last reads. */
  readonly steps: readonly (Steps | undefined)[];
}

/** The largest integer; the smallest is its negative, so that numbers round alike on both sides of zero. */
export const mostInteger = 127;

/**
 * Picks the integers. Weights have a step for each output, numbers between layers one for each channel, which drawn
 * pictures tell; what is larger than they say is clipped. Worked out once for a chain, in a second or so.
 *
 * @throws TatamiError `invalid-model` where no layer lies between the first and the last.
 */
export function quantiseChain(chain: Chain): IntegerChain {
  const known = quantised.get(chain);
  if (known) return known;
  const last = chain.layers.length - 1;
  if (last < 2) throw nothingBetween(last + 1);
  const steps = keptOutputs(chain)
    .slice(0, last - 1)
    .map(stepsFor);
  const layers = chain.layers.map((layer, index) =>
    index > 0 && index < last ? quantiseLayer(layer, steps[index - 1]!) : undefined,
  );
  const made = { chain, layers, steps };
  quantised.set(chain, made);
  return made;
}

const quantised = new WeakMap<Chain, IntegerChain>();

/** A number as an integer, its ties to the even one. */
export function toInteger(value: number, step: number): number {
  const scaled = value / step;
  const floor = Math.floor(scaled);
  const rounded = scaled - floor === 0.5 ? floor + (floor & 1) : Math.round(scaled);
  return Math.max(-mostInteger, Math.min(mostInteger, rounded));
}

/** By layer and channel, the largest number that is to be kept. */
function keptOutputs(chain: Chain): readonly Float64Array[] {
  const harsh = largestOutputs(chain, drawCalibrationPicture(), calibrationSize);
  const flat = [0, 1].map((luma) => largestOutputs(chain, drawFlatPicture(luma), flatSize));
  return harsh.map((numbers, layer) =>
    numbers.map((value, channel) =>
      Math.max(keptRange * value, ...flat.map((numbersOf) => numbersOf[layer]![channel]!)),
    ),
  );
}

/** By layer and channel, the largest number that a picture gives. */
function largestOutputs(chain: Chain, picture: Float64Array, size: Size): readonly Float64Array[] {
  const area = size.width * size.height;
  const largest: Float64Array[] = [];
  runLayers(chain, picture, size, {
    store(layer, output) {
      const most = new Float64Array(chain.layers[layer]!.outputs);
      output.forEach((value, at) => {
        const channel = Math.floor(at / area);
        most[channel] = Math.max(most[channel]!, Math.abs(value));
      });
      largest[layer] = most;
      return output;
    },
  });
  return largest;
}

function stepsFor(kept: Float64Array): Steps {
  // a channel that the drawn pictures hardly stir may be stirred by another
  const least = Math.max(...kept) / 32 || 1;
  return Float32Array.from(kept, (value) => Math.max(value, least) / mostInteger);
}

function quantiseLayer({ weights, inputs, outputs, kernel }: ChainLayer, from: Steps): IntegerLayer {
  const taps = kernel * kernel;
  const perOutput = inputs * taps;
  const scaled = Float64Array.from(
    weights,
    (weight, at) => weight * from[Math.floor((at % perOutput) / taps)]!,
  );
  const sumSteps = Float32Array.from({ length: outputs }, (_, output) => {
    const own = scaled.subarray(output * perOutput, (output + 1) * perOutput);
    return own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / mostInteger || 1;
  });
  return {
    weights: Int8Array.from(scaled, (value, at) => toInteger(value, sumSteps[Math.floor(at / perOutput)]!)),
    sumSteps,
  };
}

function nothingBetween(layers: number): TatamiError<"invalid-model"> {
  return new TatamiError({
    code: "invalid-model",
    message: `Of ${layers} convolutions none lies between the first and the last, which do not run on integers.`,
    fix: "Leave options.integers out, or use a network of more layers.",
    detail: { layers },
  });
}

/**
 * Of the largest number that the drawn picture gives: it is harsher than footage, and finer steps for all numbers are
 * worth more than the few that are clipped. In flat areas nothing is.
 */
const keptRange = 0.7;
