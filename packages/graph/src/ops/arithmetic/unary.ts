/** What ops that turn one number into one number share. */

import type { Op } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSourceCount } from "../definition.ts";
import type { Shape } from "../definition.ts";

/** The shape of the one source. @throws TatamiError `invalid-model` for another number of sources. */
export function unaryShape(op: Op, sources: readonly Shape[]): Shape {
  checkSourceCount(op, sources, 1);
  return sources[0]!;
}

/** `value(x)` for every number of the one source. */
export function mapNumbers(sources: readonly Tensor[], value: (x: number) => number): Tensor {
  const { shape, data } = sources[0]!;
  return tensor(shape, data.map(value));
}
