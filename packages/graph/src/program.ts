/** A computation with named inputs and outputs: a training step, for instance. */

import { invalidModel } from "./invalid-model.ts";
import { isOp } from "./is-op.ts";
import type { Node } from "./node.ts";
import { formatShape } from "./probe.ts";
import { topologicalOrder } from "./rewrite/topological-order.ts";

/** Several results computed in one go. What it takes are the parameters in it, by their names. */
export interface Program {
  readonly name: string;
  /** What it gives, by name. No parameter may have one of these names, unless it is what is given under it. */
  readonly outputs: Readonly<Record<string, Node>>;
}

/**
 * The parameters of a program, in the order in which they are first needed.
 *
 * @throws TatamiError `invalid-model` for two parameters or a parameter and an output of one name, and for
 * an `input`: a program's pictures are parameters, of known shape.
 */
export function parametersOf({ name, outputs }: Program): readonly Node<"parameter">[] {
  const found = new Map<string, Node<"parameter">>();
  for (const node of topologicalOrder(...Object.values(outputs))) {
    if (isOp(node, "input")) {
      throw invalidModel(
        `Program "${name}" has an input node, whose shape is not known.`,
        "Put a parameter in the place of the input, with replaceNodes.",
        { program: name },
      );
    }
    if (!isOp(node, "parameter")) continue;
    const label = node.arg.name;
    const handedOn = Object.hasOwn(outputs, label) && outputs[label] === node;
    if (found.has(label) || (Object.hasOwn(outputs, label) && !handedOn)) {
      throw invalidModel(
        `Program "${name}" has two values called "${label}", one of them ${formatShape(node.arg.shape)}.`,
        "Give every parameter and output a name of its own.",
        { program: name, parameter: label },
      );
    }
    found.set(label, node);
  }
  return [...found.values()];
}
