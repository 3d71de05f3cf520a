/**
 * Adam in the eigenbasis of a kernel's gradients: one matrix's part of SOAP (Vyas et al., 2024, arXiv 2409.11321,
 * algorithm 3), where the gradient's rows and columns are told apart by how strongly they vary together.
 */

import type { AdamDecays } from "./adam.ts";
import { createAdam } from "./adam.ts";
import type { KernelMatrix } from "./span-matrix.ts";
import type { Block, Kernels } from "../run/kernels.ts";

/** The decays of SOAP's moments. */
export const soapDecays: AdamDecays = { beta1: 0.95, beta2: 0.99 };
/** Decay of the covariances at each time they are taken. */
const covarianceDecay = 0.99;
/** Steps between two times. */
const covarianceEvery = 2;
/** Steps between two turns of the bases, after the first few. */
const turnEvery = 20;
/** Part of a covariance's mean variance that every direction has at least, so that a basis is never short of one. */
const floor = 1e-4;

/** What the product of matrices is told of a first one that is stored transposed, and the columns it packs at a time. */
const [firstTransposed, packedColumns] = [1, 8];

/** One matrix's state and step. */
export interface RotatedAdam {
  /** Everything that must be kept to go on exactly. */
  readonly state: readonly Block[];
  /**
   * One step of the folded weights along the gradient of them.
   *
   * @param index from 0; the first only looks at the gradient
   * @param scale multiplies the gradient first
   */
  step(weights: Float32Array, gradient: Float32Array, index: number, rate: number, scale: number): void;
}

/** One side's covariance `[n][n]` and the basis, whose rows are the directions. */
interface Side {
  readonly count: number;
  readonly covariance: Block;
  readonly basis: Block;
}

/** Room for one matrix, with nothing seen yet. */
export function createRotatedAdam(kernels: Kernels, matrix: KernelMatrix): RotatedAdam {
  const { run } = kernels;
  const { rows, columns } = matrix;
  const room = (count = rows * columns): Block => kernels.allocate(count);
  const side = (count: number): Side => ({
    count,
    covariance: room(count ** 2),
    basis: identity(room(count ** 2), count),
  });
  const [left, right] = [side(rows), side(columns)];
  const adam = createAdam(kernels, rows * columns, soapDecays);
  const { first, second } = adam;
  const [incoming, transposedIncoming, half, rotated] = [room(), room(), room(), room()];
  // the larger side's products, and the right basis with its directions as columns
  const square = room(Math.max(rows, columns) ** 2);
  const rightColumns = identity(room(columns ** 2), columns);
  const packed = room(Math.max(rows, columns) * packedColumns);

  const multiply = (a: Block, b: Block, c: Block, m: number, k: number, n: number, transposed = 0): void =>
    run.matrixProduct(a.address, b.address, c.address, m, k, n, transposed, packed.address);

  /** `target` = left basis · `source` · right basisᵀ: into the eigenbasis. */
  const rotate = (source: Block, target: Block): void => {
    multiply(left.basis, source, half, rows, rows, columns);
    multiply(half, rightColumns, target, rows, columns, columns);
  };
  /** The way back. */
  const rotateBack = (source: Block, target: Block): void => {
    multiply(left.basis, source, half, rows, rows, columns, firstTransposed);
    multiply(half, right.basis, target, rows, columns, columns);
  };
  const observe = ({ covariance, count }: Side, a: Block, b: Block, inner: number, decay: number): void => {
    multiply(a, b, square, count, inner, count);
    run.averageWeights(covariance.address, square.address, count ** 2, decay);
  };
  /** One step of orthogonal iteration: the rows of basis · covariance, made orthonormal. */
  const turn = ({ covariance, basis, count }: Side): void => {
    multiply(basis, covariance, square, count, count, count);
    const [variances, turned, before] = [covariance.floats(), square.floats(), basis.floats()];
    let total = 0;
    for (let i = 0; i < count; i++) total += variances[i * (count + 1)]!;
    for (let i = 0; i < count ** 2; i++) before[i] = turned[i]! + ((floor * total) / count) * before[i]!;
    run.orthonormalizeRows(basis.address, count);
  };

  return {
    state: [left.covariance, left.basis, right.covariance, right.basis, rightColumns, first, second],
    step(weights, gradient, index, rate, scale) {
      matrix.gather(gradient, scale, incoming.floats());
      if (index % covarianceEvery === 0) {
        const decay = index === 0 ? 0 : covarianceDecay;
        transpose(incoming.floats(), rows, columns, transposedIncoming.floats());
        observe(left, incoming, transposedIncoming, columns, decay);
        observe(right, transposedIncoming, incoming, rows, decay);
      }
      if (index % turnEvery === 0 || isPowerOfTwo(index)) {
        // the first moment goes along with the basis; the second stays, as in SOAP
        rotateBack(first, rotated);
        turn(left);
        turn(right);
        transpose(right.basis.floats(), columns, columns, rightColumns.floats());
        rotate(rotated, first);
      }
      if (index === 0) return;
      rotate(incoming, rotated);
      incoming.floats().fill(0);
      adam.step(incoming, rotated, index - 1, rate, 1);
      rotateBack(incoming, rotated);
      matrix.addTo(weights, rotated.floats());
    },
  };
}

function isPowerOfTwo(index: number): boolean {
  return index > 0 && index < turnEvery && (index & (index - 1)) === 0;
}

function identity(block: Block, count: number): Block {
  const values = block.floats();
  for (let i = 0; i < count; i++) values[i * (count + 1)] = 1;
  return block;
}

function transpose(matrix: Float32Array, rows: number, columns: number, target: Float32Array): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      target[column * rows + row] = matrix[row * columns + column]!;
  }
}
