/** Windows put together as a picture again: the inverse of `window`. */

import { invalidModel } from "../../invalid-model.ts";
import type { Node } from "../../node.ts";
import { formatShape } from "../../probe.ts";
import { tensor } from "../../tensor.ts";
import { checkSourceCount, pictureShape, pixelwise } from "../definition.ts";
import type { OnnxBody, OpDefinition } from "../definition.ts";
import type { WindowArgument } from "./window-order.ts";
import { eachToken, windowsAlong } from "./window-order.ts";
import { checkWindows, writeReversed } from "./window.ts";

export const unwindow: OpDefinition<"unwindow"> = {
  ...pixelwise,
  op: "unwindow",
  shape: (sources, arg) => {
    checkSourceCount("unwindow", sources, 2);
    const [n, channels, windows, tokens] = pictureShape("unwindow", sources[0]);
    const [items, , height, width] = pictureShape("unwindow", sources[1]);
    checkWindows("unwindow", height, width, arg);
    const wanted = windowsAlong(height, arg) * windowsAlong(width, arg);
    if (n === items && windows === wanted && tokens === arg.size ** 2) return [n, channels, height, width];
    throw invalidModel(
      `unwindow: ${formatShape(sources[0]!)} are not the windows of ${arg.size}×${arg.size} that ${formatShape(sources[1]!)} is cut into.`,
      "Give unwindow the windows of a picture as large as its second source, cut with the same argument.",
      { op: "unwindow", size: arg.size, shift: arg.shift },
    );
  },
  reference: ([source, like], arg) => {
    const [n, channels, windows, tokens] = source!.shape as [number, number, number, number];
    const [height, width] = like!.shape.slice(2) as [number, number];
    const result = tensor([n, channels, height, width]);
    const [run, area] = [windows * tokens, height * width];
    eachToken(height, width, arg, (token, pixel) => {
      if (pixel < 0) return;
      for (let plane = 0; plane < n * channels; plane++)
        result.data[plane * area + pixel] = source!.data[plane * run + token]!;
    });
    return result;
  },
  onnx: (emitter, node) => {
    const { size, order, shift } = node.arg;
    return emitter.call(
      `Unwindow_${size}_${order.replace("-", "_")}_${shift}`,
      node.sources.map((source) => emitter.valueOf(source)),
      { size, order, shift },
      (body, [tokens, like]) => writeUnwindow(body, tokens!, like!, node.arg),
    );
  },
  /** What is beyond the picture is dropped, and what gives the size gives nothing else. */
  gradient: (build, { arg }: Node<"unwindow">, outgoing) => [build.window(outgoing, arg), undefined],
};

/** As `window` in reverse; zeros in a shape to be taken are dimensions as they are. */
function writeUnwindow(
  body: OnnxBody,
  tokens: string,
  like: string,
  { size, order, shift }: WindowArgument,
): string {
  const more = shift > 0 ? size : 0;
  const padded = body.node("Add", [body.node("Shape", [like]), body.integers([0, 0, more, more])]);
  const sides = body.node("Slice", [padded, body.integers([2]), body.integers([4])]);
  const counts = body.node("Div", [sides, body.integers([size, size])]);
  const kept = body.integers([0, 0]);
  const blocks = body.node("Concat", [kept, counts, body.integers([size, size])], { axis: 0 });
  const straight = order.endsWith("reversed") ? writeReversed(body, tokens) : tokens;
  const perm = order.startsWith("rows") ? [0, 1, 2, 4, 3, 5] : [0, 1, 2, 5, 3, 4];
  const turned = body.node("Transpose", [body.node("Reshape", [straight, blocks])], { perm });
  const whole = body.node("Reshape", [turned, body.node("Concat", [kept, sides], { axis: 0 })]);
  if (shift === 0) return whole;
  const [starts, ends] = [body.integers([shift, shift]), body.integers([shift - size, shift - size])];
  return body.node("Slice", [whole, starts, ends, body.integers([2, 3])]);
}
