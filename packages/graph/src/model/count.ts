/** Parameters and multiply-accumulates, counted as papers count them. */

import type { Size } from "@tatami/core";
import { placesOn } from "./lattice.ts";
import type { Model } from "./model.ts";
import { definitionOf } from "../ops/index.ts";
import { probeShape, shapesOf } from "../shape.ts";
import { isOp } from "../is-op.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";

/** Learned numbers of the convolutions' kernels: no biases, no PReLU slopes. */
export function countParameters(model: Model): number {
  const seen = new Set<unknown>();
  let count = 0;
  for (const node of topologicalOrder(model.output)) {
    const parameters = definitionOf(node).parameters(node.sources.map(probeShape));
    // A kernel used twice is learned once.
    const key = node.sources[1] ?? node;
    if (parameters > 0 && !seen.has(key)) count += parameters;
    if (parameters > 0) seen.add(key);
  }
  return count;
}

/**
 * Multiply-accumulates of the convolutions and scans for one low-resolution picture of this size. Of windows that reach
 * beyond it, its own pixels count.
 */
export function countMacs(model: Model, size: Size): number {
  const picture = [1, inputChannels(model), size.height, size.width];
  const shapes = shapesOf(model.output, picture);
  const places = placesOn([...shapes.keys()]);
  let count = 0;
  for (const node of shapes.keys()) {
    const sources = node.sources.map((source) => shapes.get(source)!);
    const macs = definitionOf(node).macs(sources, node.arg);
    const { pixels, windows } = places.get(node) ?? {};
    if (macs === 0 || !pixels || !windows) count += macs;
    else {
      const [, , rows, tokens] = sources[0]!;
      const [times, parts] = pixels;
      count += (macs * size.width * size.height * times ** 2) / (parts ** 2 * rows! * tokens!);
    }
  }
  return count;
}

function inputChannels(model: Model): number {
  const found = topologicalOrder(model.output).find((node) => isOp(node, "input"));
  return isOp(found, "input") ? found.arg.channels : 1;
}
