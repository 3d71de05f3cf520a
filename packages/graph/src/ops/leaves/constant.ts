/** Numbers known beforehand: kernels, biases, slopes. */

import { invalidModel } from "../../invalid-model.ts";
import { elementCount } from "../../tensor.ts";
import { checkSourceCount, pixelwise } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition } from "../definition.ts";

export const constant: OpDefinition<"constant"> = {
  ...pixelwise,
  op: "constant",
  shape: (sources, value) => {
    checkSourceCount("constant", sources, 0);
    if (elementCount(value.shape) === value.data.length) return value.shape;
    throw invalidModel(
      `A constant of shape ${formatShape(value.shape)} holds ${value.data.length} numbers.`,
      `Give ${elementCount(value.shape)} numbers, or another shape.`,
      { shape: formatShape(value.shape), numbers: value.data.length },
    );
  },
  reference: (_sources, value) => value,
  onnx: (emitter, node) => emitter.floats(node.arg),
  gradient: () => [],
};
