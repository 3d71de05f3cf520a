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
  /** Any odd side up to 9; `target`: `[kernel][kernel][inputs][outputs]`, added to. */
  weightGradient(source: Described, gradient: Described, target: number, kernel: number): void;
  /** `weights`: `[tall][wide][channels]`. */
  depthwisePlane(
    source: Described,
    target: Described,
    weights: number,
    bias: number,
    tall: number,
    wide: number,
  ): void;
  /** `pixel`: bytes of a tap's channels. */
  turnDepthwise(weights: number, pixel: number, kernel: number, turned: number): void;
  /** `target`: `[tall][wide][channels]`, added to. */
  depthwiseWeightGradient(
    source: Described,
    gradient: Described,
    target: number,
    tall: number,
    wide: number,
  ): void;
  preluPlane(source: Described, slopes: number, added: Described, target: Described): void;
  preluGradientPlane(
    gradient: Described,
    preactivation: Described,
    slopes: number,
    slopeGradient: number,
  ): void;
  /** The input's gradient alone. */
  preluInputGradient(gradient: Described, source: Described, slopes: number, target: Described): void;
  /** The slopes' gradient alone, added to. */
  preluSlopeGradient(gradient: Described, source: Described, target: number): void;
  copyPlane(source: Described, target: Described): void;
  transformKernel(weights: number, inputPixel: number, outputPixel: number, u: number): void;
  kernelGradient(du: number, inputPixel: number, outputPixel: number, weightGradient: number): void;
  /** c = a · b, row-major; `transposed`: bit 1 for a, bit 2 for b. `scratch`: k · 8 floats. */
  matrixProduct(
    a: number,
    b: number,
    c: number,
    m: number,
    k: number,
    n: number,
    transposed: number,
    scratch: number,
  ): void;
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
  /** target = op(source); `op` of `unaryCodes`. */
  unary(op: number, source: Described, target: Described, a: number, b: number): void;
  /** target = first op second; `op` of `binaryCodes`, and `operand` of `operandCodes` says what `second` is. */
  binary(op: number, operand: number, first: Described, second: number, target: Described): void;
  /** target += factor · first · second */
  multiplyAdd(first: Described, second: Described, target: Described, factor: number): void;
  /** target += factor · source */
  accumulate(source: Described, target: Described, factor: number): void;
  /** Adds to one float a channel. */
  sumPixels(source: Described, target: number, factor: number): void;
  /** Adds to a plane of one channel. */
  sumChannels(source: Described, channels: number, target: Described, factor: number): void;
  /** Adds to one float. */
  sumAll(source: Described, channels: number, target: number, factor: number): void;
  /** Adds to one float. */
  sumProducts(first: Described, second: Described, channels: number, target: number, factor: number): void;
  /** Adds to one float; `kind` of `lossCodes`. */
  sumLoss(
    kind: number,
    first: Described,
    second: Described,
    channels: number,
    a: number,
    target: number,
    factor: number,
  ): void;
  /** target = the number at `factor` · the derivative of what first - second costs; `kind` of `lossCodes`. */
  lossGradient(
    kind: number,
    first: Described,
    second: Described,
    target: Described,
    a: number,
    factor: number,
  ): void;
  /** `table`: source, target, six sizes, six source strides and six target strides. */
  copyStrided(table: number): void;
  addStrided(table: number): void;
  /** As `copyStrided`, each number of the last dimension being the sum of those up to it. */
  cumulateStrided(table: number): void;
  /**
   * `table`: the planes q, k, v, g and target; heads, states, values; whether q, k and v are each head's own; whether
   * rows are walked from their ends; floats to work with: the row's pixels and four more, and `states`.
   */
  selectiveScan(table: number): void;
  /** Each row of the target a window of the picture; `order` of `orderCodes`. */
  windowPlane(picture: Described, target: Described, size: number, order: number, shift: number): void;
  unwindowPlane(windows: Described, target: Described, size: number, order: number, shift: number): void;
  copyChannels(source: Described, from: number, target: Described, to: number, count: number): void;
  depthToSpacePlane(source: Described, target: Described, block: number, channels: number): void;
  spaceToDepthPlane(source: Described, target: Described, block: number, channels: number): void;
  clearChannels(plane: Described, channels: number): void;
  clearPlane(plane: Described): void;
  averageWeights(average: number, weights: number, count: number, decay: number): void;
  orthonormalizeRows(matrix: number, count: number): void;
}
