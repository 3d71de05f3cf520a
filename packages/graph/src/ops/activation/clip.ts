/** Values limited to a range. */

import { invalidModel } from "../../invalid-model.ts";
import type { Op } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import { mapNumbers, unaryShape } from "../arithmetic/unary.ts";
import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const clip: OpDefinition<"clip"> = {
  ...pixelwise,
  op: "clip",
  shape: (sources, arg) => {
    checkRange("clip", arg);
    return unaryShape("clip", sources);
  },
  reference: (sources, { minimum, maximum }) =>
    mapNumbers(sources, (x) => Math.min(Math.max(x, minimum), maximum)),
  onnx: (emitter, node) =>
    emitter.node("Clip", [
      emitter.valueOf(node.sources[0]!),
      emitter.floats(tensor([], Float32Array.of(node.arg.minimum))),
      emitter.floats(tensor([], Float32Array.of(node.arg.maximum))),
    ]),
  /** Passes at the limits themselves. */
  gradient: (build, { sources, arg }, outgoing) => [
    build.multiply(outgoing, build.isWithin(sources[0]!, arg.minimum, arg.maximum)),
  ],
};

/** A range of numbers, its ends included. */
export interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/** @throws TatamiError `invalid-model` for a range the wrong way round. */
export function checkRange(op: Op, { minimum, maximum }: Range): void {
  if (minimum <= maximum) return;
  throw invalidModel(
    `${op}: the minimum ${minimum} is above the maximum ${maximum}.`,
    `Give ${op} a minimum that is not above its maximum.`,
    { op, minimum, maximum },
  );
}
