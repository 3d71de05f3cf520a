/** What moves the weights. */

/** How the weights are moved: the wide ones by Adam, as the paper trains, or the folded ones by SOAP. */
export type OptimizerName = "adam" | "soap";

/** How the weights are moved. */
export interface OptimizerOptions {
  readonly optimizer: OptimizerName;
  /** Adam: divide by the largest second moment so far rather than the present one. */
  readonly amsgrad: boolean;
  /** The gradient's norm over all weights is held at or below this. */
  readonly clipNorm: number;
  /** Decay of the moving average of the weights that is shipped. */
  readonly averageDecay: number;
}

/** Flat vectors, as they go into a checkpoint: of wide weights with Adam, of folded ones with SOAP. */
export interface OptimizerState {
  readonly weights: Float32Array;
  readonly average: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Empty without AMSGrad. */
  readonly largest: Float32Array;
  /** What SOAP knows of the kernels: covariances, bases and moments. Empty with Adam. */
  readonly curvature: Float32Array;
}

/** Holds the weights in its own kernels' memory. */
export interface Optimizer {
  /** The folded weights of the present ones. */
  fold(): Float32Array;
  /** The folded weights of the moving average. */
  foldAverage(): Float32Array;
  /** Where the gradient of the folded weights is to be written before {@link Optimizer.step}. */
  readonly gradient: Float32Array;
  /**
   * One step.
   *
   * @param index from 0
   * @returns the gradient's norm before clipping; when it is not finite nothing was changed
   */
  step(index: number, rate: number): number;
  save(): OptimizerState;
  restore(state: OptimizerState): void;
}
