/** The picture that the model is given. */

import { invalidModel } from "../../invalid-model.ts";
import { checkSourceCount, pictureShape, pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

/** The name of the input in ONNX files. */
export const inputName = "input";

export const input: OpDefinition<"input"> = {
  ...pixelwise,
  op: "input",
  shape: (sources, { channels }) => {
    checkSourceCount("input", sources, 1);
    const shape = pictureShape("input", sources[0]);
    if (shape[1] === channels) return shape;
    throw invalidModel(
      `The picture has ${shape[1]} channel${shape[1] === 1 ? "" : "s"}, the model takes ${channels}.`,
      `Give a picture of ${channels} channel${channels === 1 ? "" : "s"}.`,
      { channels: shape[1], expected: channels },
    );
  },
  reference: (sources) => sources[0]!,
  onnx: () => inputName,
  gradient: () => [],
};
