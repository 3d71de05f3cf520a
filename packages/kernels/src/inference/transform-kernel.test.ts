import fc from "fast-check";
import { expect, it } from "vitest";
import { transformKernel } from "./transform-kernel.ts";

// The other two matrices of F(4×4, 3×3), for the points 0, ±1, ±2, ∞; the kernels have them as sums.
const B = [
  [4, 0, -5, 0, 1, 0],
  [0, -4, -4, 1, 1, 0],
  [0, 4, -4, -1, 1, 0],
  [0, -2, -1, 2, 1, 0],
  [0, 2, -1, -2, 1, 0],
  [0, 4, 0, -5, 0, 1],
];
const A = [
  [1, 1, 1, 1, 1, 0],
  [0, 1, -1, 2, -2, 0],
  [0, 1, 1, 4, 4, 0],
  [0, 1, -1, 8, -8, 1],
];

const numbers = (count: number) =>
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: count, maxLength: count });

it("transforms a kernel so that products of transformed tiles are the convolution", () => {
  fc.assert(
    fc.property(numbers(9), numbers(36), (kernel, tile) => {
      const u = transformKernel(kernel);
      const v = sandwich(B, tile, 6);
      const y = sandwich(
        A,
        u.map((value, i) => value * v[i]!),
        6,
      );
      for (let row = 0; row < 4; row++)
        for (let column = 0; column < 4; column++) {
          let sum = 0;
          for (let ky = 0; ky < 3; ky++)
            for (let kx = 0; kx < 3; kx++) sum += kernel[ky * 3 + kx]! * tile[(row + ky) * 6 + column + kx]!;
          expect(y[row * 4 + column]).toBeCloseTo(sum, 10);
        }
    }),
  );
});

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
