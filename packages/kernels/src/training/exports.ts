/** What the training kernels export. Addresses and strides are bytes; see each file of `assembly/training`. */

/** A plane's, or the scratch memory's, description in memory; 0 where none is wanted. */
type Described = number;

/** The functions of one instance. */
export interface TrainingExports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  convolvePlane(
    source: Described,
    target: Described,
    weights: number,
    bias: number,
    kernel: number,
    scratch: Described,
  ): void;
  winogradPlane(
    source: Described,
    target: Described,
    u: number,
    bias: number,
    added: Described,
    scratch: Described,
  ): void;
  winogradWeightGradient(source: Described, gradient: Described, du: number, scratch: Described): void;
  weightGradient5x5(source: Described, gradient: Described, weightGradient: number): void;
  biasGradient(gradient: Described, target: number): void;
  preluPlane(source: Described, slopes: number, added: Described, target: Described): void;
  preluGradientPlane(
    gradient: Described,
    preactivation: Described,
    slopes: number,
    slopeGradient: number,
  ): void;
  copyPlane(source: Described, target: Described): void;
  residualLoss(prediction: Described, input: Described, truth: Described, weight: number): number;
  transformKernel(weights: number, inputPixel: number, outputPixel: number, u: number): void;
  transformTurnedKernel(
    weights: number,
    inputPixel: number,
    outputPixel: number,
    turned: number,
    u: number,
  ): void;
  turnKernel(weights: number, inputPixel: number, outputPixel: number, kernel: number, turned: number): void;
  kernelGradient(du: number, inputPixel: number, outputPixel: number, weightGradient: number): void;
  multiply(a: number, b: number, c: number, m: number, p: number, n: number): void;
  multiplyWide(a: number, bTransposed: number, c: number, m: number, n: number, p: number): void;
  multiplyTransposed(a: number, b: number, c: number, m: number, p: number, n: number): void;
  adam(
    weights: number,
    gradient: number,
    first: number,
    second: number,
    largest: number,
    count: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correct1: number,
    correct2: number,
    scale: number,
  ): void;
  averageWeights(average: number, weights: number, count: number, decay: number): void;
  orthonormalizeRows(matrix: number, count: number): void;
}
