/** A picture cut into windows, each a row of tokens: what scans run along. */

import { invalidModel } from "../../invalid-model.ts";
import { tensor } from "../../tensor.ts";
import { checkSourceCount, pictureShape, pixelwise } from "../definition.ts";
import type { OnnxBody, OpDefinition } from "../definition.ts";
import type { WindowArgument } from "./window-order.ts";
import { eachToken, windowOrders, windowsAlong } from "./window-order.ts";

export const window: OpDefinition<"window"> = {
  ...pixelwise,
  op: "window",
  shape: (sources, arg) => {
    checkSourceCount("window", sources, 1);
    const [n, channels, height, width] = pictureShape("window", sources[0]);
    checkWindows("window", height, width, arg);
    return [n, channels, windowsAlong(height, arg) * windowsAlong(width, arg), arg.size ** 2];
  },
  reference: ([source], arg) => {
    const [n, channels, height, width] = source!.shape as [number, number, number, number];
    const result = tensor(window.shape([source!.shape], arg));
    const [run, area] = [result.shape[2]! * result.shape[3]!, height * width];
    eachToken(height, width, arg, (token, pixel) => {
      if (pixel < 0) return;
      for (let plane = 0; plane < n * channels; plane++)
        result.data[plane * run + token] = source!.data[plane * area + pixel]!;
    });
    return result;
  },
  onnx: (emitter, node) => {
    const { size, order, shift } = node.arg;
    return emitter.call(
      `Window_${size}_${order.replace("-", "_")}_${shift}`,
      [emitter.valueOf(node.sources[0]!)],
      { size, order, shift },
      (body, [picture]) => writeWindow(body, picture!, node.arg),
    );
  },
  gradient: (build, { sources, arg }, outgoing) => [build.unwindow(outgoing, sources[0]!, arg)],
};

/** @throws TatamiError `invalid-model` unless windows of this kind cover a picture of this size. */
export function checkWindows(
  op: "window" | "unwindow",
  height: number,
  width: number,
  { size, order, shift }: WindowArgument,
): void {
  const whole = Number.isInteger(size) && size > 0 && Number.isInteger(shift) && shift >= 0 && shift < size;
  if (whole && windowOrders.includes(order) && height % size === 0 && width % size === 0) return;
  throw invalidModel(
    `${op} cannot cut ${width}×${height} pixels into windows of ${size}×${size} in the order ${order}, ${shift} pixels from the corner.`,
    `Give ${op} a picture whose sides its windows' size divides, a shift below that size, and one of the orders ${windowOrders.join(", ")}.`,
    { op, width, height, size, shift },
  );
}

/**
 * Rows of blocks become rows of tokens by two reshapes and a transposition, whose sizes are worked out from the picture's
 * shape where the file runs.
 */
function writeWindow(body: OnnxBody, picture: string, { size, order, shift }: WindowArgument): string {
  const after = size - shift;
  const padded =
    shift === 0
      ? picture
      : body.node("Pad", [picture, body.integers([0, 0, shift, shift, 0, 0, after, after])]);
  const counts = body.node("Div", [body.node("Shape", [padded]), body.integers([1, 1, size, size])]);
  const part = (start: number, end: number): string =>
    body.node("Slice", [counts, body.integers([start]), body.integers([end])]);
  const side = body.integers([size]);
  const blocks = body.node("Concat", [part(0, 3), side, part(3, 4), side], { axis: 0 });
  const inner = order.startsWith("rows") ? [3, 5] : [5, 3];
  const turned = body.node("Transpose", [body.node("Reshape", [padded, blocks])], {
    perm: [0, 1, 2, 4, ...inner],
  });
  const tokens = body.node("Reshape", [turned, body.integers([0, 0, -1, size ** 2])]);
  return order.endsWith("reversed") ? writeReversed(body, tokens) : tokens;
}

/** The last token of every window first. */
export function writeReversed(body: OnnxBody, tokens: string): string {
  const [last, beforeFirst, axis, back] = [[-1], [-(2 ** 31)], [3], [-1]].map((each) => body.integers(each));
  return body.node("Slice", [tokens, last!, beforeFirst!, axis!, back!]);
}
