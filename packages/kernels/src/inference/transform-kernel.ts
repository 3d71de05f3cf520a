/** Winograd F(4×4, 3×3), kernel side: U = G g Gᵀ (Lavin and Gray, 2015, section 4.2), in float64. */

const G = [
  [1 / 4, 0, 0],
  [-1 / 6, -1 / 6, -1 / 6],
  [-1 / 6, 1 / 6, -1 / 6],
  [1 / 24, 1 / 12, 1 / 6],
  [1 / 24, -1 / 12, 1 / 6],
  [0, 0, 1],
] as const;

/** @param kernel `[3][3]`. @returns `[6][6]` */
export function transformKernel(kernel: ArrayLike<number>): number[] {
  return G.flatMap((left) =>
    G.map((right) => {
      let sum = 0;
      for (let y = 0; y < 3; y++)
        for (let x = 0; x < 3; x++) sum += left[y]! * kernel[y * 3 + x]! * right[x]!;
      return sum;
    }),
  );
}
