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

const matrices = { 3: matrixOf(3), 5: matrixOf(5) };

/** @param kernel `[3][3]` for F(4×4, 3×3), `[5][5]` for F(2×2, 5×5). @returns `[6][6]` */
export function transformKernel(kernel: ArrayLike<number>): Float64Array {
  return transformBy(matrices[kernel.length === 9 ? 3 : 5], kernel);
}

/** G, `[6][side]`. */
function matrixOf(side: number): readonly (readonly number[])[] {
  const powers = Array.from({ length: side }, (_, power) => power);
  const finite = points.map(([point, share]) => powers.map((power) => share * point ** power));
  const infinite = powers.map((power) => (power === side - 1 ? 1 : 0));
  return [...finite, infinite];
}

/** G g Gᵀ. @param matrix G, `[tile][side]`. @param kernel `[side][side]`. @returns `[tile][tile]` */
export function transformBy(matrix: readonly (readonly number[])[], kernel: ArrayLike<number>): Float64Array {
  const side = matrix[0]!.length;
  const tile = matrix.length;
  // down the columns first, then across: every layer has thousands of kernels, and a thread waits for them
  const down = new Float64Array(side);
  const transformed = new Float64Array(tile * tile);
  for (let row = 0; row < tile; row++) {
    for (let x = 0; x < side; x++) {
      down[x] = 0;
      for (let y = 0; y < side; y++) down[x]! += matrix[row]![y]! * kernel[y * side + x]!;
    }
    for (let column = 0; column < tile; column++) {
      let sum = 0;
      for (let x = 0; x < side; x++) sum += down[x]! * matrix[column]![x]!;
      transformed[row * tile + column] = sum;
    }
  }
  return transformed;
}
