/** A chain of convolutions layer by layer, in the plainest form. */

import type { Size } from "@tatami/core";
import type { Chain } from "@tatami/kernels";
import { convolve } from "./convolve.ts";

/** How layers differ from plain floats. Planes are `[channels][height][width]`. */
export interface LayerForms {
  /** What the next layers find, of a layer's output. */
  readonly store: (layer: number, output: Float64Array) => Float64Array;
  /** A layer's sums without its bias, from what was stored. @defaultValue its weights' */
  readonly sums?: (layer: number, stored: Float64Array) => Float64Array | undefined;
  /** What was stored of a layer, as a residual adds it. @defaultValue as it is */
  readonly added?: (layer: number, stored: Float64Array) => Float64Array;
}

/**
 * @param picture luma of 0..1, row after row
 *
 * @returns the larger picture's luma.
 */
export function runLayers(chain: Chain, picture: Float64Array, size: Size, forms: LayerForms): Float32Array {
  const area = size.width * size.height;
  const stored: Float64Array[] = [];
  let output: Float64Array = picture.map((value) => value - chain.centre);
  chain.layers.forEach((layer, index) => {
    const from = index === 0 ? output : stored[index - 1]!;
    output = forms.sums?.(index, from) ?? convolve(from, size, layer);
    const { bias, slopes, residual } = layer;
    const added = residual === undefined ? undefined : stored[residual]!;
    const more = added && (forms.added?.(residual!, added) ?? added);
    for (let at = 0; at < output.length; at++) {
      const channel = Math.floor(at / area);
      const sum = output[at]! + bias[channel]!;
      output[at] = (slopes && sum < 0 ? sum * slopes[channel]! : sum) + (more ? more[at]! : 0);
    }
    if (index < chain.layers.length - 1) stored.push(forms.store(index, output));
  });
  return shuffle(chain, picture, output, size);
}

function shuffle(
  { scale, addPicture }: Chain,
  picture: Float64Array,
  channels: Float64Array,
  { width, height }: Size,
): Float32Array {
  const larger = new Float32Array(channels.length);
  const area = width * height;
  for (let y = 0, to = 0; y < height * scale; y++)
    for (let x = 0; x < width * scale; x++, to++) {
      const pixel = Math.floor(y / scale) * width + Math.floor(x / scale);
      const channel = (y % scale) * scale + (x % scale);
      larger[to] = channels[channel * area + pixel]! + (addPicture ? picture[pixel]! : 0);
    }
  return larger;
}
