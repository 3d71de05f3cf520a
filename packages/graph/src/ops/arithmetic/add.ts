/** A sum, element by element. */

import { broadcast, broadcastShape } from "./broadcast.ts";
import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const add: OpDefinition<"add"> = {
  ...pixelwise,
  op: "add",
  shape: (sources) => broadcastShape("add", sources),
  reference: (sources) => broadcast(sources, (a, b) => a + b),
  onnx: (emitter, node) =>
    emitter.node(
      "Add",
      node.sources.map((source) => emitter.valueOf(source)),
    ),
  gradient: (build, { sources }, outgoing) => [outgoing, build.sumTo(outgoing, build.shapeOf(sources[1]!))],
};
