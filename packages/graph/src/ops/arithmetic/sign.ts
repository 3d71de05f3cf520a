/** −1, 0 or 1. */

import { tensor } from "../../tensor.ts";
import { stepOnly } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { asNumbers } from "./is-positive.ts";
import { mapNumbers, unaryShape } from "./unary.ts";

export const sign: OpDefinition<"sign"> = {
  ...stepOnly,
  op: "sign",
  shape: (sources) => unaryShape("sign", sources),
  reference: (sources) => mapNumbers(sources, (x) => (x > 0 ? 1 : 0) - (x < 0 ? 1 : 0)),
  onnx: (emitter, node) => {
    const x = emitter.valueOf(node.sources[0]!);
    const zero = emitter.floats(tensor([], Float32Array.of(0)));
    const [above, below] = [asNumbers(emitter, "Greater", x, zero), asNumbers(emitter, "Greater", zero, x)];
    return emitter.node("Sub", [above, below]);
  },
  /** Flat on both sides of its jumps. */
  gradient: () => [undefined],
};
