/** The one node type of the graph. */

import type { Tensor } from "./tensor.ts";

/**
 * What each op is told beside its sources. Adding an op begins here: the op table will not compile
 * until the new op has its faces.
 */
export interface OpArguments {
  /** The picture: `[n, channels, h, w]`. A model has exactly one. */
  readonly input: { readonly channels: number };
  /** Numbers known beforehand. */
  readonly constant: Tensor;
  /** Sources: picture `[n, i, h, w]`, kernel `[o, i, kh, kw]`, bias `[o]`. Stride 1; zeros around the picture keep its size. Kernel sides are odd. */
  readonly conv2d: Record<string, never>;
  /** Sources: two of equal shape, or the second broadcast by size-1 dimensions. */
  readonly add: Record<string, never>;
  readonly subtract: Record<string, never>;
  readonly multiply: Record<string, never>;
  /** max(x, 0). */
  readonly relu: Record<string, never>;
  /** Sources: picture, slopes `[c]`. x where x > 0, else slope · x, a slope a channel. */
  readonly prelu: Record<string, never>;
  /** Values limited to `minimum..maximum`. */
  readonly clip: { readonly minimum: number; readonly maximum: number };
  /** Sources: any number, joined along `axis`. */
  readonly concat: { readonly axis: number };
  /** Elements `start..end` (exclusive) of `axis`. */
  readonly slice: { readonly axis: number; readonly start: number; readonly end: number };
  /** ONNX `DepthToSpace` in DCR order: channel `(dy·block + dx)·c + k` goes to row `dy`, column `dx`. */
  readonly depthToSpace: { readonly block: number };
}

/** The whole op set. */
export type Op = keyof OpArguments;

/** An immutable node: an op, its sources, its argument. */
export interface Node<O extends Op = Op> {
  readonly op: O;
  readonly sources: readonly Node[];
  readonly arg: OpArguments[O];
}
