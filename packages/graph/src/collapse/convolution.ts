/** A convolution whose kernel and bias are known, taken apart. */

import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import type { Tensor } from "../tensor.ts";

/** What a convolution works on and with. */
export interface Convolution {
  readonly picture: Node;
  /** `[o, i, kh, kw]`. */
  readonly kernel: Tensor;
  /** `[o]`. */
  readonly bias: Tensor;
}

/** The parts of a conv2d node with constant kernel and bias; `undefined` for any other node. */
export function convolutionOf(node: Node | undefined): Convolution | undefined {
  if (!isOp(node, "conv2d")) return undefined;
  const [picture, kernel, bias] = node.sources;
  if (!picture || !isOp(kernel, "constant") || !isOp(bias, "constant")) return undefined;
  return { picture, kernel: kernel.arg, bias: bias.arg };
}
