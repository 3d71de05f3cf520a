/** The three matrix products of folding a linear block and of taking its gradient back to the wide weights. */

import { madd } from "../simd";

/** c[m×n] = a[m×p] · b[p×n]; n a multiple of 4. The fold: W = W1 · W2. */
export function multiply(a: usize, b: usize, c: usize, m: i32, p: i32, n: i32): void {
  const rowB = <usize>n << 2;
  for (let i = 0; i < m; i++) {
    for (let j: usize = 0; j < rowB; j += 16) {
      let even = f32x4.splat(0), odd = f32x4.splat(0);
      let pa = a, pb = b + j;
      for (let k = 0; k < p; k += 2) {
        even = madd(v128.load_splat<f32>(pa, 0), v128.load(pb), even);
        odd = madd(v128.load_splat<f32>(pa, 4), v128.load(pb + rowB), odd);
        pa += 8;
        pb += rowB << 1;
      }
      v128.store(c + j, f32x4.add(even, odd));
    }
    a += <usize>p << 2;
    c += rowB;
  }
}

/** c[m×p] = a[m×n] · bᵀ, b[p×n] transposed beforehand as bt[n×p]; p a multiple of 4. dW1 = dW · W2ᵀ. */
export function multiplyWide(a: usize, bt: usize, c: usize, m: i32, n: i32, p: i32): void {
  const row = <usize>p << 2;
  for (let i = 0; i < m; i++) {
    for (let j: usize = 0; j < row; j += 16) {
      let sum = f32x4.splat(0);
      for (let k = 0; k < n; k++) {
        sum = madd(v128.load_splat<f32>(a + (<usize>k << 2)), v128.load(bt + <usize>k * row + j), sum);
      }
      v128.store(c + j, sum);
    }
    a += <usize>n << 2;
    c += row;
  }
}

/** c[p×n] = aᵀ[p×m] · b[m×n]; n a multiple of 4. dW2 = W1ᵀ · dW. */
export function multiplyTransposed(a: usize, b: usize, c: usize, m: i32, p: i32, n: i32): void {
  const rowA = <usize>p << 2, rowC = <usize>n << 2;
  memory.fill(c, 0, <usize>p * rowC);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < p; k++) {
      const s = v128.load_splat<f32>(a + (<usize>k << 2));
      const target = c + <usize>k * rowC;
      for (let j: usize = 0; j < rowC; j += 16) {
        v128.store(target + j, madd(s, v128.load(b + j), v128.load(target + j)));
      }
    }
    a += rowA;
    b += rowC;
  }
}
