/** Enlarging with any model of `@tatami/graph`, on the training kernels where they can. */

import { TatamiError } from "@tatami/core";
import { largestDifference, runReference, tensor } from "@tatami/graph";
import type { Model, Tensor } from "@tatami/graph";
import type { Enlarge } from "./evaluate.ts";
import { createEnlarge } from "./evaluate.ts";
import { foldedOf } from "../shape/graph-model.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import type { LumaPlane } from "../data/luma.ts";
import { createRandom } from "../run/random.ts";

/** The kernels may differ from the reference by rounding alone. */
const TOLERANCE = 1e-4;

/**
 * Enlarges with a model. A collapsed SESR runs on the kernels, after they have agreed with the reference on a
 * small picture; any other model runs on the reference, slowly.
 *
 * @throws TatamiError `wrong-answer` when kernels and reference differ.
 */
export function createModelEnlarge(compiled: CompiledKernels, model: Model): Enlarge {
  const reference: Enlarge = (low) => toPlane(runReference(model, toTensor(low)));
  const found = foldedOf(model);
  if (!found) return reference;
  const fast = createEnlarge(compiled, found.architecture, found.folded);
  const probe = randomPlane(19, 17);
  const difference = largestDifference(toTensor(fast(probe)), toTensor(reference(probe)));
  if (difference <= TOLERANCE) return fast;
  throw new TatamiError({
    code: "wrong-answer",
    message: `The kernels and the reference disagree about ${model.name} by ${difference}.`,
    fix: "Report this with the model's file.",
    detail: { model: model.name, difference },
  });
}

/** A picture of noise, the same every time: `[1, 1, height, width]` of the studio range once divided by 255. */
export function randomPlane(width: number, height: number): LumaPlane {
  const random = createRandom(7);
  return {
    width,
    height,
    data: Float32Array.from({ length: width * height }, () => 16 + 219 * random.uniform()),
  };
}

/** Luma of 0..255 as a picture of 0..1, `[1, 1, h, w]`. */
export function toTensor(plane: LumaPlane): Tensor {
  return tensor(
    [1, 1, plane.height, plane.width],
    plane.data.map((value) => value / 255),
  );
}

function toPlane(picture: Tensor): LumaPlane {
  const [, , height = 0, width = 0] = picture.shape;
  return { width, height, data: picture.data.map((value) => value * 255) };
}
