/** Products of matrices. */

import type { Node } from "@tatami/graph";
import { isOp } from "@tatami/graph";
import { data } from "../instruction.ts";
import type { Lowering } from "../lowering.ts";
import { emit, flatOf } from "../lowering.ts";
import type { Value } from "../storage.ts";
import { flatStorage, flatValue } from "../storage.ts";

/** Columns that the kernel packs at a time. */
const packed = 8;

/** The matrices a product multiplies: a transposed one as it was before. */
export function matricesOf(node: Node): readonly { readonly node: Node; readonly transposed: boolean }[] {
  return node.sources.map((source) =>
    isOp(source, "transpose") && source.arg.order.join() === "1,0"
      ? { node: source.sources[0]!, transposed: true }
      : { node: source, transposed: false },
  );
}

/** A product. */
export function lowerMatrixMultiply(lowering: Lowering, node: Node): Value {
  const [first, second] = matricesOf(node);
  const [rows, columns] = lowering.shapeOf(node) as readonly [number, number];
  const inner = lowering.shapeOf(node.sources[0]!)[1]!;
  const target = flatValue([rows, columns]);
  const scratch = flatStorage(inner * packed);
  emit(
    lowering,
    "matrixProduct",
    [
      data(flatOf(lowering, first!.node).storage),
      data(flatOf(lowering, second!.node).storage),
      data(target.storage),
      rows,
      inner,
      columns,
      (first!.transposed ? 1 : 0) + (second!.transposed ? 2 : 0),
      data(scratch),
    ],
    target.storage,
  );
  return target;
}
