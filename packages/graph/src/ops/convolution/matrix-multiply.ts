/** The product of two matrices. */

import { invalidModel } from "../../invalid-model.ts";
import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import { checkSourceCount, stepOnly } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition } from "../definition.ts";

export const matrixMultiply: OpDefinition<"matrixMultiply"> = {
  ...stepOnly,
  op: "matrixMultiply",
  shape: (sources) => {
    checkSourceCount("matrixMultiply", sources, 2);
    const [first, second] = [sources[0]!, sources[1]!];
    if (first.length === 2 && second.length === 2 && first[1] === second[0]) return [first[0]!, second[1]!];
    throw invalidModel(
      `matrixMultiply cannot multiply ${formatShape(first)} by ${formatShape(second)}.`,
      "Give matrixMultiply matrices [m, k] and [k, n].",
      { op: "matrixMultiply", first: formatShape(first), second: formatShape(second) },
    );
  },
  reference: ([first, second]) => {
    const [rows, inner] = first!.shape as [number, number];
    const columns = second!.shape[1]!;
    const result = tensor([rows, columns]);
    const sums = new Float64Array(columns);
    for (let row = 0; row < rows; row++) {
      sums.fill(0);
      for (let k = 0; k < inner; k++) {
        const factor = first!.data[row * inner + k]!;
        for (let column = 0; column < columns; column++)
          sums[column]! += factor * second!.data[k * columns + column]!;
      }
      result.data.set(sums, row * columns);
    }
    return result;
  },
  onnx: (emitter, node) =>
    emitter.node(
      "MatMul",
      node.sources.map((source) => emitter.valueOf(source)),
    ),
  gradient: (build, { sources }, outgoing) => {
    const [first, second] = sources as readonly [Node, Node];
    return [
      build.matrixMultiply(outgoing, build.transpose(second, [1, 0])),
      build.matrixMultiply(build.transpose(first, [1, 0]), outgoing),
    ];
  },
};
