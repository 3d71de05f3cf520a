/** 1 where x > 0, else 0. */

import { floatType } from "../../onnx/messages.ts";
import { tensor } from "../../tensor.ts";
import { stepOnly } from "../definition.ts";
import type { OnnxEmitter, OpDefinition } from "../definition.ts";
import { mapNumbers, unaryShape } from "./unary.ts";

export const isPositive: OpDefinition<"isPositive"> = {
  ...stepOnly,
  op: "isPositive",
  shape: (sources) => unaryShape("isPositive", sources),
  reference: (sources) => mapNumbers(sources, (x) => (x > 0 ? 1 : 0)),
  onnx: (emitter, node) => {
    const zero = emitter.floats(tensor([], Float32Array.of(0)));
    return asNumbers(emitter, "Greater", emitter.valueOf(node.sources[0]!), zero);
  },
  /** Flat on both sides of its jump. */
  gradient: () => [undefined],
};

/** A comparison of two ONNX values as numbers 1 and 0. Sign is what onnxruntime-web's WebGPU engine has not. */
export function asNumbers(emitter: OnnxEmitter, comparison: string, first: string, second: string): string {
  return emitter.node("Cast", [emitter.node(comparison, [first, second])], { to: floatType });
}
