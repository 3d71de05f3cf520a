/** A quotient, element by element. */

import type { Node } from "../../node.ts";
import { broadcast, broadcastShape } from "./broadcast.ts";
import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const divide: OpDefinition<"divide"> = {
  ...pixelwise,
  op: "divide",
  shape: (sources) => broadcastShape("divide", sources),
  reference: (sources) => broadcast(sources, (a, b) => a / b),
  onnx: (emitter, node) =>
    emitter.node(
      "Div",
      node.sources.map((source) => emitter.valueOf(source)),
    ),
  gradient: (build, node, outgoing) => {
    const divisor = node.sources[1] as Node;
    const ofFirst = build.divide(outgoing, divisor);
    const ofSecond = build.sumTo(build.multiply(ofFirst, node), build.shapeOf(divisor));
    return [ofFirst, build.times(ofSecond, -1)];
  },
};
