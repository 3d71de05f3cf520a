/** What to compute, as `src/training/codes.ts` numbers it. */

export namespace Unary {
  export const COPY = 0;
  export const RELU = 1;
  export const ABSOLUTE = 2;
  export const SQUARE_ROOT = 3;
  export const EXPONENTIAL = 4;
  export const LOGARITHM = 5;
  export const SIGMOID = 6;
  export const SIGN = 7;
  export const IS_POSITIVE = 8;
  export const IS_WITHIN = 9;
  export const CLIP = 10;
  export const AFFINE = 11;
  export const SQUARE = 12;
  export const CHARBONNIER = 13;
  export const FILL = 14;
  export const SILU = 15;
}

export namespace Binary {
  export const ADD = 0;
  export const SUBTRACT = 1;
  export const MULTIPLY = 2;
  export const DIVIDE = 3;
  export const SUBTRACT_FROM = 4;
  export const DIVIDE_INTO = 5;
  export const SILU_GRADIENT = 6;
}

export namespace Operand {
  export const PLANE = 0;
  export const PIXEL = 1;
  export const CHANNEL = 2;
  export const NUMBER = 3;
}

export namespace Loss {
  export const ABSOLUTE = 0;
  export const SQUARED = 1;
  export const CHARBONNIER = 2;
}
