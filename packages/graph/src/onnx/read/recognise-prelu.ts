/** Relu(x) − slope · Relu(−x) is a PReLU: seen as one again, so that engines can run it as one. */

import { prelu } from "../../build.ts";
import { isOp } from "../../is-op.ts";
import type { Node } from "../../node.ts";
import type { Rewrite } from "../../rewrite/rewrite.ts";
import { probeShape } from "../../shape.ts";
import { tensor } from "../../tensor.ts";

/** The inverse of prelu's ONNX face. */
export const recognisePrelu: Rewrite = {
  name: "recognise-prelu",
  apply(node) {
    if (!isOp(node, "subtract")) return undefined;
    const [positive, scaled] = node.sources;
    if (!isOp(positive, "relu") || !isOp(scaled, "multiply")) return undefined;
    const [negative, slope] = scaled.sources;
    if (!isOp(negative, "relu") || !isOp(slope, "constant")) return undefined;
    const picture = positive.sources[0]!;
    if (!isNegated(negative.sources[0]!, picture)) return undefined;
    const channels = probeShape(picture)[1]!;
    const { shape, data } = slope.arg;
    if (shape.length !== 4 || shape[1] !== data.length) return undefined;
    if (data.length === channels) return prelu(picture, tensor([channels], data));
    return data.length === 1
      ? prelu(picture, tensor([channels], new Float32Array(channels).fill(data[0]!)))
      : undefined;
  },
};

function isNegated(node: Node, picture: Node): boolean {
  if (!isOp(node, "multiply")) return false;
  const [source, factor] = node.sources;
  return source === picture && isOp(factor, "constant") && factor.arg.data.every((value) => value === -1);
}
