/** What to compute, by number; TypeScript has these numbers from here (`scripts/describe-memory.js`). */

/** `unary`: what becomes of every number x, with the parameters a and b. */
export namespace Unary {
  export const COPY = 0;
  /** max(x, 0) */
  export const RELU = 1;
  export const ABSOLUTE = 2;
  export const SQUARE_ROOT = 3;
  export const EXPONENTIAL = 4;
  /** The natural logarithm: -∞ at 0, NaN below. */
  export const LOGARITHM = 5;
  /** 1 / (1 + e⁻ˣ) */
  export const SIGMOID = 6;
  /** -1, 0 or 1 */
  export const SIGN = 7;
  /** 1 where x > 0, else 0 */
  export const IS_POSITIVE = 8;
  /** 1 where a ≤ x ≤ b, else 0 */
  export const IS_WITHIN = 9;
  /** To between a and b */
  export const CLIP = 10;
  /** a · x + b */
  export const AFFINE = 11;
  export const SQUARE = 12;
  /** √(x² + a²) */
  export const CHARBONNIER = 13;
  /** a, whatever x is */
  export const FILL = 14;
  /** x / (1 + e⁻ˣ) */
  export const SILU = 15;
}

/** `binary`: what becomes of the first number and the second. */
export namespace Binary {
  export const ADD = 0;
  export const SUBTRACT = 1;
  export const MULTIPLY = 2;
  export const DIVIDE = 3;
  /** second - first */
  export const SUBTRACT_FROM = 4;
  /** second / first */
  export const DIVIDE_INTO = 5;
  /** What second receives where its SiLU receives first. */
  export const SILU_GRADIENT = 6;
}

/** `binary`: what its second operand is the address of. */
export namespace Operand {
  /** The description of a plane of the first's size. */
  export const PLANE = 0;
  /** The description of a plane of one channel, repeated over the first's channels. */
  export const PIXEL = 1;
  /** Floats, one a channel, padded to a multiple of four, repeated over the pixels. */
  export const CHANNEL = 2;
  /** One float, repeated everywhere. */
  export const NUMBER = 3;
}

/** `sumLoss` and `lossGradient`: what a difference d costs, with the parameter a. */
export namespace Loss {
  /** |d| */
  export const ABSOLUTE = 0;
  /** d² */
  export const SQUARED = 1;
  /** √(d² + a²) */
  export const CHARBONNIER = 2;
}

/** `windowPlane`: how the pixels of a window follow one another, as bits that are joined; without any, by rows. */
export namespace Order {
  export const COLUMNS = 1;
  /** From the last pixel to the first. */
  export const REVERSED = 2;
}
