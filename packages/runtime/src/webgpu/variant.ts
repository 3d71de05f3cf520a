/** The ways a shader may be written; all give the same answer, and which is fastest depends on the device. */

import type { ChainLayer } from "@tatami/kernels";

/** Where a shader has a layer's weights. */
export type WeightSource = "literal" | "uniform" | "storage";

/** One way of writing the convolutions. */
export interface Variant {
  /** Literals unroll the whole layer into one straight line; a layer too large for that takes a uniform. */
  readonly weights: WeightSource;
  /** Pixels of a row that one invocation computes: 1, 2, 4 or 8. A layer of many channels takes fewer. */
  readonly columns: number;
  /** Invocations a workgroup, across and down. */
  readonly workgroup: readonly [number, number];
  /**
   * How pictures between layers are stored. Sums are float32, whether of `f32` or of `f16`, which needs the feature
   * `shader-f16`. `int8` rounds to 8 bits and sums integers, in all layers but the first and the last: a little less
   * exact, so only where it is asked for. It needs the language feature `packed_4x8_integer_dot_product`.
   */
  readonly features: "f32" | "f16" | "int8";
}

/** A variant that fits one layer: see {@link variantFor}. */
export type LayerVariant = Variant;

/**
 * What to use where nothing was measured. SwiftShader runs straight lines of literals four times faster than loops that
 * load weights; other drivers take long to compile such lines, and have fast ways to uniforms.
 */
export function defaultVariant(description: string): Variant {
  return /swiftshader/i.test(description)
    ? { weights: "literal", columns: 1, workgroup: [8, 8], features: "f32" }
    : { weights: "uniform", columns: 4, workgroup: [8, 8], features: "f32" };
}

/** Fits a variant to a layer: its accumulators into registers, its text into a compiler, its weights into a uniform. */
export function variantFor(variant: Variant, layer: ChainLayer): LayerVariant {
  const groups = Math.ceil(layer.outputs / 4);
  let columns = Math.min(variant.columns, Math.max(1, Math.floor(mostAccumulators / groups)));
  const sums = groups * 4 * paddedInputs(layer) * layer.kernel ** 2;
  let { weights } = variant;
  if (weights === "literal") {
    while (columns > 1 && sums * columns > mostLiteralSums) columns /= 2;
    if (sums > mostLiteralSums) weights = "uniform";
  }
  if (weights === "uniform" && sums * 4 > uniformBytes) weights = "storage";
  return { ...variant, weights, columns: 2 ** Math.floor(Math.log2(columns)) };
}

/** Channels a layer reads as they are stored: the picture is one number a pixel, all else is in vectors of four. */
export function paddedInputs({ inputs }: ChainLayer): number {
  return inputs === 1 ? 1 : Math.ceil(inputs / 4) * 4;
}

/** Sums of four channels that one invocation holds: 16 are 64 registers. */
const mostAccumulators = 16;
/** Multiply-accumulates written out in one shader: more compile for longer than they save. */
const mostLiteralSums = 6500;
/** Every device binds uniforms this large. */
const uniformBytes = 65_536;
