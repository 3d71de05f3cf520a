/** What a SESR network learns, in the shapes and channel order of the paper's network. */

import type { Tensor } from "../tensor.ts";

/** Everything that tells one SESR network from another, of the paper's sizes or any other. */
export interface SesrShape {
  /** For instance `sesr-m5-x2`. */
  readonly name: string;
  readonly scale: 2 | 4;
  /** Channels between blocks: f. */
  readonly features: number;
  /** 3×3 blocks between the two 5×5 ones: m. */
  readonly depth: number;
  /** Channels inside a linear block while training: p. They are gone after collapse. */
  readonly expandedWidth: number;
}

/** A linear block while training: a k×k convolution, then a 1×1 one, nothing between. */
export interface WideBlockWeights {
  /** Kernel of the k×k convolution, `[p, i, k, k]`. */
  readonly expand: Tensor;
  /** Its bias, `[p]`. @defaultValue zeros */
  readonly expandBias?: Tensor;
  /** Kernel of the 1×1 convolution, `[o, p]`. */
  readonly project: Tensor;
  /** Its bias, `[o]`. */
  readonly bias: Tensor;
}

/** A linear block as it runs: one k×k convolution. */
export interface CollapsedBlockWeights {
  /** `[o, i, k, k]`; where the block has a short residual, its identity tap is in the kernel. */
  readonly kernel: Tensor;
  /** `[o]`. */
  readonly bias: Tensor;
}

/** Slopes of the PReLU behind a 3×3 block, `[f]`. */
export interface Slopes {
  readonly slopes: Tensor;
}

/** A whole network of linear blocks of either form. */
export interface SesrWeights<Block> {
  /** 5×5, 1 to f channels. */
  readonly first: Block;
  /** m blocks, 3×3, f to f channels. */
  readonly middle: readonly (Block & Slopes)[];
  /**
   * 5×5, f to scale² channels. At ×4 the channels are in the paper's order, two depth-to-space
   * steps of 2; `collapse` reorders them for one step of 4.
   */
  readonly last: Block;
}

/** A network while training. */
export type WideSesrWeights = SesrWeights<WideBlockWeights>;

/** A network as it runs. */
export type CollapsedSesrWeights = SesrWeights<CollapsedBlockWeights>;
