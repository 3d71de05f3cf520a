/** Winograd, kernel side: U = G g Gᵀ (Lavin and Gray, 2015, section 4), in float64. */

// The finite interpolation points of 6×6 tiles, F(4×4, 3×3) and F(2×2, 5×5), and the share of each point's product
// that falls to the kernel, so that the input's transform is in whole numbers.
const points = [
  [0, 1 / 4],
  [1, -1 / 6],
  [-1, -1 / 6],
  [2, 1 / 24],
  [-2, 1 / 24],
] as const;

/** @param kernel `[3][3]` for F(4×4, 3×3), `[5][5]` for F(2×2, 5×5). @returns `[6][6]` */
export function transformKernel(kernel: ArrayLike<number>): number[] {
  const side = Math.sqrt(kernel.length);
  const powers = Array.from({ length: side }, (_, power) => power);
  const finite = points.map(([point, share]) => powers.map((power) => share * point ** power));
  const infinite = powers.map((power) => (power === side - 1 ? 1 : 0));
  return transformBy([...finite, infinite], kernel);
}

/** G g Gᵀ. @param matrix G, `[tile][side]`. @param kernel `[side][side]`. @returns `[tile][tile]` */
export function transformBy(matrix: readonly (readonly number[])[], kernel: ArrayLike<number>): number[] {
  return matrix.flatMap((left) =>
    matrix.map((right) => {
      let sum = 0;
      left.forEach((down, y) =>
        right.forEach((across, x) => {
          sum += down * kernel[y * right.length + x]! * across;
        }),
      );
      return sum;
    }),
  );
}
