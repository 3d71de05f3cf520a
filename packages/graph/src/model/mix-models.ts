/** A network between two of one shape: their weights mixed. */

import { checkNumber } from "@tatami/core";
import { invalidModel } from "../invalid-model.ts";
import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import { formatShape } from "../probe.ts";
import { rewriteOnce } from "../rewrite/rewrite.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import type { Model } from "./model.ts";

/**
 * (1 − t) · clean + t · camera, constant by constant. Networks can be mixed where one was tuned from the other: then all
 * that lies between them works, too (Wortsman et al. 2022, WiSE-FT). With the camera track it is how much noise and how
 * many traces of a codec are taken away.
 *
 * @param t from 0, which gives `clean` itself, to 1, which gives `camera` itself
 * @returns a model named for both: `m5-x2 denoise 0.5`.
 * @throws TatamiError `invalid-model` where the two are not the same graph but for their constants' numbers,
 * `invalid-option` for another t.
 */
export function mixModels(clean: Model, camera: Model, t: number): Model {
  checkNumber("t", t, 0, 1);
  const pairs = pair(clean, camera);
  if (t === 0) return clean;
  if (t === 1) return camera;
  const output = rewriteOnce(clean.output, (node, original) => {
    const other = pairs.get(original)!;
    if (!isOp(original, "constant") || !isOp(other, "constant")) return node;
    return { ...original, arg: mix(original.arg, other.arg, t) } satisfies Node<"constant">;
  });
  return { ...clean, name: `${clean.name} denoise ${t}`, output };
}

function mix({ shape, data }: Tensor, other: Tensor, t: number): Tensor {
  return tensor(
    shape,
    data.map((value, at) => (1 - t) * value + t * other.data[at]!),
  );
}

/** Every node of the one graph with its like in the other. @throws TatamiError `invalid-model` where one has none. */
function pair(clean: Model, camera: Model): ReadonlyMap<Node, Node> {
  const [ours, theirs] = [topologicalOrder(clean.output), topologicalOrder(camera.output)];
  const pairs = new Map<Node, Node>();
  ours.forEach((node, at) => {
    const other = theirs[at];
    const isAlike =
      other !== undefined &&
      describe(node) === describe(other) &&
      node.sources.length === other.sources.length &&
      node.sources.every((source, index) => pairs.get(source) === other.sources[index]);
    if (!isAlike) throw unlike(clean, camera, describe(node), other ? describe(other) : "nothing");
    pairs.set(node, other);
  });
  const extra = theirs[ours.length];
  if (extra) throw unlike(clean, camera, "nothing", describe(extra));
  return pairs;
}

/** What must be the same of two nodes: all but the numbers of a constant. */
function describe(node: Node): string {
  if (isOp(node, "constant")) return `a constant ${formatShape(node.arg.shape)}`;
  const told = Object.entries(node.arg).map(
    ([name, value]: [string, unknown]) => ` ${name} ${String(value)}`,
  );
  return `${node.op}${told.join()}`;
}

function unlike(clean: Model, camera: Model, ours: string, theirs: string): Error {
  const where =
    ours === theirs ? `${ours} has other sources` : `the one has ${ours} where the other has ${theirs}`;
  return invalidModel(
    `The models "${clean.name}" and "${camera.name}" cannot be mixed: ${where}.`,
    "Mix a model with one that was tuned from it, such as m5-x2 and m5-x2-camera.",
    { models: `${clean.name}, ${camera.name}` },
  );
}
