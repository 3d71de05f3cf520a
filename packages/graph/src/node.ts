/** The one node type of the graph. */

import type { WindowArgument } from "./ops/sequence/window-order.ts";
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
  /** Sources: picture `[n, c, h, w]`, kernel `[c, 1, kh, kw]`, bias `[c]`: every channel by itself. Else as `conv2d`. */
  readonly depthwiseConv2d: Record<string, never>;
  /** Sources: two of equal shape, or the second broadcast by size-1 dimensions. */
  readonly add: Record<string, never>;
  readonly subtract: Record<string, never>;
  readonly multiply: Record<string, never>;
  /** Sources: two of equal shape, or the second broadcast by size-1 dimensions. */
  readonly divide: Record<string, never>;
  /** max(x, 0). */
  readonly relu: Record<string, never>;
  /** Sources: picture, slopes `[c]`. x where x > 0, else slope · x, a slope a channel. */
  readonly prelu: Record<string, never>;
  /** 1 / (1 + e⁻ˣ). */
  readonly sigmoid: Record<string, never>;
  /** Values limited to `minimum..maximum`. */
  readonly clip: { readonly minimum: number; readonly maximum: number };
  readonly absolute: Record<string, never>;
  readonly squareRoot: Record<string, never>;
  /** eˣ. */
  readonly exponential: Record<string, never>;
  /** ln x. */
  readonly logarithm: Record<string, never>;
  /** The sum along `axes`, which stay as dimensions of size 1. Over pictures, models take it along axis 1 only. */
  readonly sum: { readonly axes: readonly number[] };
  /** The mean along `axes`, which stay as dimensions of size 1. Over pictures, models take it along axis 1 only. */
  readonly mean: { readonly axes: readonly number[] };
  /** Sources: any number, joined along `axis`. */
  readonly concat: { readonly axis: number };
  /** Elements `start..end` (exclusive) of `axis`. */
  readonly slice: { readonly axis: number; readonly start: number; readonly end: number };
  /** ONNX `DepthToSpace` in DCR order: channel `(dy·block + dx)·c + k` goes to row `dy`, column `dx`. */
  readonly depthToSpace: { readonly block: number };
  /**
   * The inverse of `depthToSpace`. A model that has one runs on pictures whose sides `alignmentOf` divides; its
   * blocks, one inside the other, must divide 20160 = 2⁶·3²·5·7.
   */
  readonly spaceToDepth: { readonly block: number };
  /**
   * A picture `[n, c, h, w]` cut into windows: `[n, c, windows, size²]`, each a row of tokens in the given order. A model
   * that has it runs on pictures whose sides `alignmentOf` divides; sizes must divide 20160, as blocks must. Until the
   * windows are a picture again nothing may look from one to another.
   */
  readonly window: WindowArgument;
  /** The inverse of `window`. Sources: windows, and any picture of the size that they become. */
  readonly unwindow: WindowArgument;
  /**
   * Along every row of tokens, for each head, with a state S of `states` × `values` numbers that begins at 0:
   * S ← exp(g)·S + k⊗v, y = q·S. Sources: q and k (`states` channels for all heads, or for each), v (`values`), g (one for
   * each head, the heads' number), all `[n, …, rows, tokens]`. Gives `[n, heads·values, rows, tokens]`. Reversed, it
   * begins at the last token, and g is passed on the way from its token to the one before.
   */
  readonly selectiveScan: { readonly states: number; readonly values: number; readonly reversed: boolean };
  // From here on: for training steps only. A model that holds one of them is refused.
  /** A named tensor that is bound when the graph is run: weights, moments, a batch of pictures. */
  readonly parameter: { readonly name: string; readonly shape: readonly number[] };
  /** 1 where x > 0, else 0: what the gradients of everything with a kink are made of. */
  readonly isPositive: Record<string, never>;
  /** −1, 0 or 1. */
  readonly sign: Record<string, never>;
  /** 1 where `minimum` ≤ x ≤ `maximum`, else 0. */
  readonly isWithin: { readonly minimum: number; readonly maximum: number };
  /** Dimensions of size 1 repeated to `shape`. */
  readonly expand: { readonly shape: readonly number[] };
  /** The same numbers in the same order, under another shape. */
  readonly reshape: { readonly shape: readonly number[] };
  /** Axis `a` of the result is axis `order[a]` of the source. */
  readonly transpose: { readonly order: readonly number[] };
  /** Zeros before and after, along `axis`. */
  readonly pad: { readonly axis: number; readonly before: number; readonly after: number };
  /** The sum of everything up to each number along `axis`; reversed, from each number on. */
  readonly cumulativeSum: { readonly axis: number; readonly reversed: boolean };
  /** Sources: `[m, k]` and `[k, n]`. */
  readonly matrixMultiply: Record<string, never>;
  /** Sources: gradient of a conv2d's result `[n, o, h, w]`, its kernel `[o, i, kh, kw]`. Gives that of its picture. */
  readonly conv2dInputGradient: Record<string, never>;
  /** Sources: a conv2d's picture, the gradient of its result. Gives that of its kernel, whose sides are told. */
  readonly conv2dWeightGradient: { readonly height: number; readonly width: number };
  /** Sources: gradient of a depthwiseConv2d's result `[n, c, h, w]`, its kernel `[c, 1, kh, kw]`. Gives that of its picture. */
  readonly depthwiseInputGradient: Record<string, never>;
  /** Sources: a depthwiseConv2d's picture, the gradient of its result. Gives that of its kernel, whose sides are told. */
  readonly depthwiseWeightGradient: { readonly height: number; readonly width: number };
  /** Sources: gradient of a prelu's result, its picture, its slopes `[c]`. The gradient where the picture is > 0, else slope · gradient. */
  readonly preluInputGradient: Record<string, never>;
  /** Sources: gradient of a prelu's result, its picture. `[c]`: Σ gradient · min(picture, 0). */
  readonly preluSlopeGradient: Record<string, never>;
}

/** The whole op set. */
export type Op = keyof OpArguments;

/** An immutable node: an op, its sources, its argument. */
export interface Node<O extends Op = Op> {
  readonly op: O;
  readonly sources: readonly Node[];
  readonly arg: OpArguments[O];
}
