/** How ONNX's Slice becomes a slice of channels, or one place of every block of pixels. */

import { slice, spaceToDepth } from "../../build.ts";
import { isOp } from "../../is-op.ts";
import type { Node } from "../../node.ts";
import type { Rewrite } from "../../rewrite/rewrite.ts";
import { probeShape } from "../../shape.ts";
import type { OnnxNode } from "./onnx-node.ts";

/** Along channels with steps of 1, or along rows and columns alike with steps of a block. */
export function importSlice(node: OnnxNode): Node {
  const picture = node.source(0);
  const shape = probeShape(picture);
  const [starts, ends] = [node.integers(1), node.integers(2)];
  const axes = node.has(3) ? node.integers(3) : starts.map((_, at) => at);
  const steps = node.has(4) ? node.integers(4) : starts.map(() => 1);
  const cuts = axes.map((given, at) => {
    const axis = given < 0 ? given + 4 : given;
    const size = shape[axis] ?? 0;
    const within = (index: number): number => Math.min(Math.max(index < 0 ? index + size : index, 0), size);
    return {
      given,
      axis,
      start: within(starts[at] ?? 0),
      end: within(ends[at] ?? size),
      step: steps[at] ?? 1,
      size,
    };
  });
  if (steps.some((step) => step !== 1)) return placeOf(node, picture, cuts);
  const across = cuts.find(({ axis }) => axis !== 1);
  if (across) {
    node.refuse(
      `it cuts along axis ${across.given}, which moves pixels.`,
      "Cut along the channels, axis 1, only.",
    );
  }
  return cuts.reduce((part, { axis, start, end }) => slice(part, axis, start, end), picture);
}

interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly size: number;
}

/** Every `step`-th pixel of every `step`-th row: a stretch of the channels that space-to-depth makes. */
function placeOf(node: OnnxNode, picture: Node, cuts: readonly Cut[]): Node {
  const [rows, columns] = [2, 3].map((axis) => cuts.find((cut) => cut.axis === axis));
  const block = rows?.step ?? 0;
  const whole = [rows, columns].every(
    (cut) => cut && cut.step === block && cut.start < block && cut.end === cut.size,
  );
  if (!rows || !columns || cuts.length !== 2 || block < 1 || !whole) {
    return node.refuse(
      "steps other than 1 are not run, but for one place of every block of a whole picture.",
      "Slice with steps of 1, or rows and columns, axes 2 and 3, with the same step to their ends.",
    );
  }
  const channels = probeShape(picture)[1]!;
  const first = (rows.start * block + columns.start) * channels;
  return slice(spaceToDepth(picture, block), 1, first, first + channels);
}

/** Neighbouring slices of one value, joined, are one slice, or the value itself: space-to-depth comes back as one node. */
export const joinSlices: Rewrite = {
  name: "join-slices",
  apply(node) {
    if (!isOp(node, "concat")) return undefined;
    const parts = node.sources.filter((source) => isOp(source, "slice"));
    const [first] = parts;
    // One slice, joined to nothing, stays what it was written from.
    if (!first || parts.length < 2 || parts.length !== node.sources.length) return undefined;
    const { axis } = node.arg;
    const adjacent = parts.every(
      ({ arg, sources }, at) =>
        arg.axis === axis &&
        isSame(sources[0]!, first.sources[0]!) &&
        (at === 0 || arg.start === parts[at - 1]!.arg.end),
    );
    if (!adjacent) return undefined;
    const [start, end] = [first.arg.start, parts.at(-1)!.arg.end];
    const source = first.sources[0]!;
    return start === 0 && end === probeShape(source)[axis] ? source : slice(source, axis, start, end);
  },
};

/** Each Slice of a file has its own space-to-depth. */
function isSame(a: Node, b: Node): boolean {
  if (a === b) return true;
  return (
    isOp(a, "spaceToDepth") &&
    isOp(b, "spaceToDepth") &&
    a.arg.block === b.arg.block &&
    a.sources[0] === b.sources[0]
  );
}
