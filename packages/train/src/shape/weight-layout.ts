/** Where each tensor lies in the two flat vectors of weights: the wide one that is trained, the folded one that runs. */

import type { Architecture, Layer } from "./architecture.ts";
import { layersOf } from "./architecture.ts";

/** A tensor's place, in floats. Every count is a multiple of four, so that vectors never straddle tensors. */
export interface Span {
  readonly start: number;
  readonly count: number;
}

/** A linear block: `expand` is `[ky][kx][in][width]`, `project` `[width][out]`, `bias` `[out]`. */
export interface WideLayer extends Layer {
  readonly expand: Span;
  readonly project: Span;
  readonly bias: Span;
}

/** Its fold: `weights` is `[ky][kx][in][out]`. */
export interface FoldedLayer extends Layer {
  readonly weights: Span;
  readonly bias: Span;
}

/** A flat vector of weights; `slopes` are the PReLU's, `[blocks][features]`, at the end. */
export interface WeightLayout<L extends Layer> {
  readonly layers: readonly L[];
  readonly slopes: Span;
  /** Floats in all. */
  readonly count: number;
}

/** The wide vector. */
export function wideLayout(architecture: Architecture): WeightLayout<WideLayer> {
  const { width } = architecture;
  return lay(architecture, (layer, take) => ({
    ...layer,
    expand: take(layer.kernel ** 2 * layer.inputs * width),
    project: take(width * layer.outputs),
    bias: take(layer.outputs),
  }));
}

/** The folded vector. */
export function foldedLayout(architecture: Architecture): WeightLayout<FoldedLayer> {
  return lay(architecture, (layer, take) => ({
    ...layer,
    weights: take(layer.kernel ** 2 * layer.inputs * layer.outputs),
    bias: take(layer.outputs),
  }));
}

/** The part of a flat vector that a span names. */
export function view(vector: Float32Array, span: Span): Float32Array {
  return vector.subarray(span.start, span.start + span.count);
}

function lay<L extends Layer>(
  architecture: Architecture,
  place: (layer: Layer, take: (count: number) => Span) => L,
): WeightLayout<L> {
  let start = 0;
  const take = (count: number): Span => {
    const span = { start, count };
    start += count;
    return span;
  };
  const layers = layersOf(architecture).map((layer) => place(layer, take));
  return { layers, slopes: take(architecture.blocks * architecture.features), count: start };
}
