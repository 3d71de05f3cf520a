/** A product, element by element. */

import type { Node } from "../../node.ts";
import { broadcast, broadcastShape } from "./broadcast.ts";
import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const multiply: OpDefinition<"multiply"> = {
  ...pixelwise,
  op: "multiply",
  shape: (sources) => broadcastShape("multiply", sources),
  reference: (sources) => broadcast(sources, (a, b) => a * b),
  onnx: (emitter, node) =>
    emitter.node(
      "Mul",
      node.sources.map((source) => emitter.valueOf(source)),
    ),
  gradient: (build, { sources }, outgoing) => {
    const [first, second] = sources as readonly [Node, Node];
    const ofSecond = build.multiply(outgoing, first);
    return [build.multiply(outgoing, second), build.sumTo(ofSecond, build.shapeOf(second))];
  },
};
