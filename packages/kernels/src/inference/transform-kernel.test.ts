import fc from "fast-check";
import { expect, test } from "vitest";
import { transformKernel } from "./transform-kernel.ts";

// The other two matrices of 6×6 tiles, for the points 0, ±1, ±2, ∞; the kernels have them as sums.
const B = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
];
const A = {
  3: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
  5: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 1],
  ],
};

const numbers = (count: number) =>
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: count, maxLength: count });

test.each([3, 5] as const)(
  "transforms a kernel of side %i so that products of tiles are the convolution",
  (side) => {
    fc.assert(
      fc.property(numbers(side * side), numbers(36), (kernel, tile) => {
        const u = transformKernel(kernel);
        const v = sandwich(B, tile, 6);
        const y = sandwich(
          A[side],
          v.map((value, i) => value * u[i]!),
          6,
        );
        const outputs = 7 - side;
        for (let row = 0; row < outputs; row++)
          for (let column = 0; column < outputs; column++) {
            let sum = 0;
            for (let ky = 0; ky < side; ky++)
              for (let kx = 0; kx < side; kx++)
                sum += kernel[ky * side + kx]! * tile[(row + ky) * 6 + column + kx]!;
            expect(y[row * outputs + column]).toBeCloseTo(sum, 10);
          }
      }),
    );
  },
);

/** M · x · Mᵀ for a square x. */
function sandwich(matrix: readonly (readonly number[])[], x: readonly number[], side: number): number[] {
  return matrix.flatMap((left) =>
    matrix.map((right) => {
      let sum = 0;
      for (let i = 0; i < side; i++)
        for (let j = 0; j < side; j++) sum += left[i]! * x[i * side + j]! * right[j]!;
      return sum;
    }),
  );
}
