/** The rules of windows and of scans, which run along their tokens. */

import type { TatamiError } from "@tatami/core";
import { invalidModel } from "../invalid-model.ts";
import { isOp } from "../is-op.ts";
import type { Node, OpArguments } from "../node.ts";
import { definitionOf } from "../ops/index.ts";
import { probeShape } from "../shape.ts";
import type { Place } from "./lattice.ts";
import { placesOn } from "./lattice.ts";

type InvalidModel = TatamiError<"invalid-model">;

/**
 * What is wrong with a walk's windows: pixels cut twice, neighbours that are not of one window, scans along the rows of
 * a picture, windows put together otherwise than they were cut. Rows of tokens lie under one another without being
 * neighbours, so kernels are one high there.
 */
export function verifyWindows(order: readonly Node[]): InvalidModel[] {
  const places = placesOn(order);
  return order.flatMap((node) => {
    const fault = faultOf(node, places);
    if (!fault) return [];
    return [
      invalidModel(
        `${node.op} ${fault}.`,
        "Let scans, and kernels one high, work on windows, and put them together as they were cut before anything else.",
        { op: node.op },
      ),
    ];
  });
}

function faultOf(node: Node, places: ReadonlyMap<Node, Place>): string | undefined {
  const [from, ...others] = node.sources.map((source) => places.get(source));
  const windows = from?.windows;
  if (isOp(node, "unwindow")) {
    if (!windows || !isSame(windows, node.arg)) return "is given what was not cut into such windows";
    return others[0]?.windows ? "takes its size from windows" : undefined;
  }
  const cut = node.sources.map((source) => places.get(source)).find((place) => place?.windows);
  if (isOp(node, "selectiveScan")) {
    const inWindows = node.sources.every((source) => !places.has(source) || places.get(source)?.windows);
    return cut && inWindows ? undefined : "runs along the rows of a picture that is not cut into windows";
  }
  if (!cut) return undefined;
  if (["window", "depthToSpace", "spaceToDepth"].includes(node.op))
    return "is given windows, whose pixels have no neighbours";
  const kernel = definitionOf(node).halo(node.sources.map(probeShape)) > 0;
  return kernel && probeShape(node.sources[1]!)[2] !== 1
    ? "has a kernel that looks from window to window"
    : undefined;
}

function isSame(one: OpArguments["window"], other: OpArguments["window"]): boolean {
  return one.size === other.size && one.shift === other.shift;
}
