/** 1 where minimum ≤ x ≤ maximum, else 0. */

import { tensor } from "../../tensor.ts";
import { stepOnly } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { checkRange } from "../activation/clip.ts";
import { asNumbers } from "./is-positive.ts";
import { mapNumbers, unaryShape } from "./unary.ts";

export const isWithin: OpDefinition<"isWithin"> = {
  ...stepOnly,
  op: "isWithin",
  shape: (sources, arg) => {
    checkRange("isWithin", arg);
    return unaryShape("isWithin", sources);
  },
  reference: (sources, { minimum, maximum }) =>
    mapNumbers(sources, (x) => (x >= minimum && x <= maximum ? 1 : 0)),
  onnx: (emitter, node) => {
    const x = emitter.valueOf(node.sources[0]!);
    const [minimum, maximum] = [node.arg.minimum, node.arg.maximum].map((limit) =>
      emitter.floats(tensor([], Float32Array.of(limit))),
    ) as [string, string];
    return emitter.node("Mul", [
      asNumbers(emitter, "GreaterOrEqual", x, minimum),
      asNumbers(emitter, "LessOrEqual", x, maximum),
    ]);
  },
  /** Flat on both sides of its jumps. */
  gradient: () => [undefined],
};
