/** What a PReLU's picture receives when its result receives a gradient. */

import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSourceCount, stepOnly } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { byChannel, checkSlopes, slopesOf } from "./prelu.ts";
import { checkSameShape } from "./prelu-slope-gradient.ts";

export const preluInputGradient: OpDefinition<"preluInputGradient"> = {
  ...stepOnly,
  op: "preluInputGradient",
  shape: (sources) => {
    checkSourceCount("preluInputGradient", sources, 3);
    checkSameShape("preluInputGradient", sources[0]!, sources[1]!);
    checkSlopes("preluInputGradient", sources[1]!, sources[2]!);
    return sources[0]!;
  },
  reference: (sources) => {
    const [outgoing, picture, slopes] = sources as readonly [Tensor, Tensor, Tensor];
    return byChannel(outgoing, slopes, (value, slope, i) => (picture.data[i]! > 0 ? value : slope * value));
  },
  onnx: (emitter, node) => {
    const [outgoing, picture, slopes] = node.sources as readonly [Node, Node, Node];
    const passed = emitter.valueOf(outgoing);
    const zero = emitter.floats(tensor([], Float32Array.of(0)));
    const positive = emitter.node("Greater", [emitter.valueOf(picture), zero]);
    const weak = emitter.node("Mul", [passed, slopesOf(emitter, slopes)]);
    return emitter.node("Where", [positive, passed, weak]);
  },
  /** None passes to the picture: it only says which side of the kink is taken. */
  gradient: (build, { sources }, outgoing) => {
    const [first, picture, slopes] = sources as readonly [Node, Node, Node];
    const product = build.multiply(outgoing, first);
    const weak = build.subtract(product, build.multiply(product, build.isPositive(picture)));
    return [
      build.preluInputGradient(outgoing, picture, slopes),
      undefined,
      build.reshape(build.sum(weak, [0, 2, 3]), build.shapeOf(slopes)),
    ];
  },
};
