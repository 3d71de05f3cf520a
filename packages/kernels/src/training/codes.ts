/** What the general kernels can be asked to compute, by number. `assembly/training/elementwise/codes.ts` mirrors them. */

/** `unary`: what becomes of every number x, with the parameters a and b. */
export const UNARY = {
  copy: 0,
  /** max(x, 0) */
  relu: 1,
  absolute: 2,
  squareRoot: 3,
  exponential: 4,
  /** The natural logarithm: -∞ at 0, NaN below. */
  logarithm: 5,
  /** 1 / (1 + e⁻ˣ) */
  sigmoid: 6,
  /** -1, 0 or 1 */
  sign: 7,
  /** 1 where x > 0, else 0 */
  isPositive: 8,
  /** 1 where a ≤ x ≤ b, else 0 */
  isWithin: 9,
  /** To between a and b */
  clip: 10,
  /** a · x + b */
  affine: 11,
  square: 12,
  /** √(x² + a²) */
  charbonnier: 13,
  /** a, whatever x is */
  fill: 14,
  /** x / (1 + e⁻ˣ) */
  silu: 15,
} as const;

/** `binary`: what becomes of the first number and the second. */
export const BINARY = {
  add: 0,
  subtract: 1,
  multiply: 2,
  divide: 3,
  /** second - first */
  subtractFrom: 4,
  /** second / first */
  divideInto: 5,
  /** What second receives where its SiLU receives first. */
  siluGradient: 6,
} as const;

/** `binary`: what its second operand is the address of. */
export const OPERAND = {
  /** The description of a plane of the first's size. */
  plane: 0,
  /** The description of a plane of one channel, repeated over the first's channels. */
  pixel: 1,
  /** Floats, one a channel, padded to a multiple of four, repeated over the pixels. */
  channel: 2,
  /** One float, repeated everywhere. */
  number: 3,
} as const;

/** `sumLoss` and `lossGradient`: what a difference d costs, with the parameter a. */
export const LOSS = {
  /** |d| */
  absolute: 0,
  /** d² */
  squared: 1,
  /** √(d² + a²) */
  charbonnier: 2,
} as const;

/** `windowPlane`: how the pixels of a window follow one another. */
export const ORDER = {
  rows: 0,
  columns: 1,
  /** From the last pixel to the first. */
  "rows-reversed": 2,
  "columns-reversed": 3,
} as const;
