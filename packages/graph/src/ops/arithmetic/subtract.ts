/** A difference, element by element. */

import { broadcast, broadcastShape } from "./broadcast.ts";
import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const subtract: OpDefinition<"subtract"> = {
  ...pixelwise,
  op: "subtract",
  shape: (sources) => broadcastShape("subtract", sources),
  reference: (sources) => broadcast(sources, (a, b) => a - b),
  onnx: (emitter, node) =>
    emitter.node(
      "Sub",
      node.sources.map((source) => emitter.valueOf(source)),
    ),
  gradient: (build, { sources }, outgoing) => [
    outgoing,
    build.times(build.sumTo(outgoing, build.shapeOf(sources[1]!)), -1),
  ],
};
