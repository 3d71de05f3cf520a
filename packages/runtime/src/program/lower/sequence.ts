/** Windows and scans: what runs along rows of tokens. */

import type { Node } from "@tatami/graph";
import { listFields, orderCodes, scanLayout } from "@tatami/kernels";
import type { Reference } from "../instruction.ts";
import { data, plane } from "../instruction.ts";
import type { Lowering } from "../lowering.ts";
import { emit, emitStrided, planeOf, valueOf } from "../lowering.ts";
import type { PlaneValue, Value } from "../storage.ts";
import { flatStorage, flatValue, isPicture, pixelLanes, planeStorage, planeValue } from "../storage.ts";
import { permuted, turned, viewOf } from "../view.ts";
import { clearLanes } from "./elementwise.ts";

/** A picture as windows. */
export function lowerWindow(lowering: Lowering, node: Node<"window">): Value {
  return lowerMove(lowering, node, "windowPlane");
}

/** Windows as a picture; the source that only tells its size is not looked at. */
export function lowerUnwindow(lowering: Lowering, node: Node<"unwindow">): Value {
  return lowerMove(lowering, node, "unwindowPlane");
}

function lowerMove(
  lowering: Lowering,
  node: Node<"window"> | Node<"unwindow">,
  kernel: "windowPlane" | "unwindowPlane",
): Value {
  const source = planeOf(lowering, node.sources[0]!);
  const shape = lowering.shapeOf(node);
  const target = planeValue(shape, planeStorage(shape, pixelLanes(source)));
  const { size, order, shift } = node.arg;
  emit(
    lowering,
    kernel,
    [plane(source.storage), plane(target.storage), size, orderCodes[order], shift],
    target.storage,
  );
  return target;
}

/** A scan along the rows of pictures. */
export function lowerScan(lowering: Lowering, node: Node<"selectiveScan">): Value {
  const planes = node.sources.map((source) => planeOf(lowering, source)) as [
    PlaneValue,
    PlaneValue,
    PlaneValue,
    PlaneValue,
  ];
  const [q, k, v, g] = planes;
  const { states, values, reversed } = node.arg;
  const target = planeValue(lowering.shapeOf(node));
  const heads = g.shape[1]!;
  const own = (value: PlaneValue, each: number): number => (value.shape[1] === heads * each ? 1 : 0);
  const [atQ, atK, atV, atG] = planes.map(({ storage }) => plane(storage)) as [
    Reference,
    Reference,
    Reference,
    Reference,
  ];
  const table = listFields<typeof scanLayout, number | Reference>(scanLayout, {
    q: atQ,
    k: atK,
    v: atV,
    g: atG,
    target: plane(target.storage),
    heads,
    states,
    values,
    ownQ: own(q, states),
    ownK: own(k, states),
    ownV: own(v, values),
    reversed: reversed ? 1 : 0,
    decays: data(flatStorage(g.shape[3]! + 4)),
    state: data(flatStorage(states)),
  });
  emit(lowering, "selectiveScan", [{ table }], target.storage);
  if (values % 4 !== 0) clearLanes(lowering, target);
  return target;
}

/** Sums of everything up to each number. */
export function lowerCumulativeSum(lowering: Lowering, node: Node<"cumulativeSum">): Value {
  const source = valueOf(lowering, node.sources[0]!);
  const { axis, reversed } = node.arg;
  const { shape } = source;
  const target = source.layout === "plane" && isPicture(shape) ? planeValue(shape) : flatValue(shape);
  const order = [...shape.keys()].filter((each) => each !== axis).concat(axis);
  const [from, to] = [source, target].map((value) => {
    const view = viewOf(value, lowering.radius);
    return permuted(reversed ? turned(view, shape, [axis]) : view, order);
  });
  emitStrided(
    lowering,
    "cumulateStrided",
    order.map((each) => shape[each]!),
    from!,
    to!,
  );
  clearLanes(lowering, target);
  return target;
}
