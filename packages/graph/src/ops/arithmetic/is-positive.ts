/** 1 where x > 0, else 0. */

import { tensor } from "../../tensor.ts";
import { floatType } from "../../onnx/messages.ts";
import { checkSourceCount, trainingOnly } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const isPositive: OpDefinition<"isPositive"> = {
  ...trainingOnly,
  op: "isPositive",
  shape: (sources) => {
    checkSourceCount("isPositive", sources, 1);
    return sources[0]!;
  },
  reference: ([source]) =>
    tensor(
      source!.shape,
      source!.data.map((value) => (value > 0 ? 1 : 0)),
    ),
  /** Not as Sign, which onnxruntime-web's WebGPU engine has not. */
  onnx: (emitter, node) => {
    const zero = emitter.floats(tensor([], Float32Array.of(0)));
    const answer = emitter.node("Greater", [emitter.valueOf(node.sources[0]!), zero]);
    return emitter.node("Cast", [answer], { to: floatType });
  },
  /** Flat on both sides of its jump. */
  gradient: () => [undefined],
};
