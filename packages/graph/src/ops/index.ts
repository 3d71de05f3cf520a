/** The op table. An op without all its faces does not compile. */

import type { Node, Op } from "../node.ts";
import { add } from "./add.ts";
import { clip } from "./clip.ts";
import { concat } from "./concat.ts";
import { constant } from "./constant.ts";
import { conv2d } from "./conv2d.ts";
import type { OpDefinition } from "./definition.ts";
import { depthToSpace } from "./depth-to-space.ts";
import { input } from "./input.ts";
import { multiply } from "./multiply.ts";
import { prelu } from "./prelu.ts";
import { relu } from "./relu.ts";
import { slice } from "./slice.ts";
import { subtract } from "./subtract.ts";

/** A definition for every op there is. */
export type OpDefinitions = { readonly [O in Op]: OpDefinition<O> };

/** Every op, by name. */
export const opDefinitions: OpDefinitions = {
  input,
  constant,
  conv2d,
  add,
  subtract,
  multiply,
  relu,
  prelu,
  clip,
  concat,
  slice,
  depthToSpace,
} satisfies OpDefinitions;

/** The definition of a node's op. */
export function definitionOf(node: Node): OpDefinition<Op> {
  return opDefinitions[node.op] as unknown as OpDefinition<Op>;
}
