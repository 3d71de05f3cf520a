/** Proves an engine before it is trusted: a golden patch, judged by the CPU reference. */

import type { PatchJob, Plane, Rect, Size } from "@tatami/core";
import { createPlane, filterRadius, scaleRect, scaleSize, TatamiError } from "@tatami/core";
import type { Executable, Model, Tensor } from "@tatami/graph";
import { runReference, tensor, weighAgainstFilter } from "@tatami/graph";

/** Largest difference allowed between an engine and the reference, in luma of 0..1: a quarter of a level. */
export const selfTestTolerance = 1e-3;

/** An executable that rounds more than {@link selfTestTolerance} allows, and is judged in decibels instead. */
export interface RoundingExecutable extends Executable {
  /** How close its numbers must come to the reference's, as PSNR in dB for luma of 0..1. */
  readonly leastPsnr: number;
}

/**
 * What numbers on 8-bit integers must come to: 0.8 levels in the root mean square of the self-test's pattern, which is
 * harsher than photographs. The shipped networks come to 51 to 60 dB; `npm run bench:int8` tells what that costs.
 */
export const leastIntegerPsnr = 50;

/** A strength that shows both the filter and the network. */
const triedStrength = 0.5;

/**
 * Runs a patterned batch of the prepared shape and compares two corners of it with the reference: the
 * first patch's top left and the last patch's bottom right. A corner needs only its own surroundings,
 * so the reference stays cheap while the engine is tried at the very shape it will work at. The same patches then go
 * through as levels, at a strength other than 1.
 *
 * @throws TatamiError `wrong-answer` with the largest error seen, or with the PSNR of a {@link RoundingExecutable}.
 */
export async function selfTest(model: Model, executable: Executable, engine: string): Promise<void> {
  const { batch, width, height } = executable.shape;
  const input = pattern(batch, width, height);
  const output = await executable.infer(input);
  const expected = [batch, 1, height * model.scale, width * model.scale];
  if (output.shape.join() !== expected.join())
    throw wrongAnswer(
      engine,
      model,
      `an output of shape ${output.shape.join("×")}, not ${expected.join("×")}`,
    );
  const cornersOf = (of: Tensor): readonly CornerCase[] => [
    cornerOf(model, of, 0, "top left"),
    cornerOf(model, of, batch - 1, "bottom right"),
  ];
  judge(
    model,
    executable,
    engine,
    cornersOf(input).flatMap((corner) => errorsAt(corner, corner.right, output)),
  );

  const levels = tensor(
    input.shape,
    input.data.map((value) => Math.round(255 * value) / 255),
  );
  const seen = await runLevels(model, executable, levels);
  const weighed = cornersOf(levels).flatMap((corner) => {
    const right = weighAgainstFilter(corner.picture, corner.right, triedStrength);
    right.data.forEach((value, at, data) => (data[at] = Math.min(Math.max(value, 0), 1)));
    // half a level is what rounding may take
    return errorsAt(corner, right, seen).map((error) => Math.max(0, error - 0.5 / 255));
  });
  judge(model, executable, `${engine} at strength ${triedStrength}`, weighed);
}

function judge(model: Model, executable: Executable, engine: string, errors: readonly number[]): void {
  if ("leastPsnr" in executable)
    return judgeRounding(model, executable as RoundingExecutable, engine, errors);
  // of numbers one of which is NaN that is the largest, and not within any tolerance
  const error = Math.max(...errors);
  if (!(error <= selfTestTolerance))
    throw wrongAnswer(engine, model, `numbers off by ${error} (allowed: ${selfTestTolerance})`);
}

function judgeRounding(
  model: Model,
  { leastPsnr }: RoundingExecutable,
  engine: string,
  errors: readonly number[],
): void {
  const squares = errors.reduce((sum, error) => sum + error ** 2, 0);
  const psnr = -10 * Math.log10(squares / errors.length);
  if (psnr >= leastPsnr) return;
  throw new TatamiError({
    code: "wrong-answer",
    message: `On 8-bit integers ${engine} comes to ${psnr.toFixed(1)} dB of model "${model.name}" (needed: ${leastPsnr} dB).`,
    fix: "Leave the engine's features at float32 for this model; the next engine is used.",
    detail: { engine, model: model.name, psnr, leastPsnr },
  });
}

type Corner = "top left" | "bottom right";

/** Side of the corner that is compared, in input pixels; rounded up to the model's alignment. */
const corner = 6;

// Texture and edges, in the studio range, different in every patch.
function pattern(batch: number, width: number, height: number): Tensor {
  const input = tensor([batch, 1, height, width]);
  for (let n = 0, i = 0; n < batch; n++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, i++) {
        const wave = Math.sin(0.7 * x + 0.3 * n) * Math.cos(0.4 * y - 0.2 * n);
        const edge = ((x >> 2) + (y >> 3) + n) % 2;
        input.data[i] = (16 + 219 * (0.5 + 0.25 * wave + 0.2 * (edge - 0.5))) / 255;
      }
  return input;
}

/** A corner of one patch, with what it needs around it. */
interface CornerCase {
  readonly which: Corner;
  readonly patch: number;
  readonly scale: number;
  /** Where in the patch it is cut out, in the larger picture's pixels. */
  readonly from: Rect;
  /** Side of what is compared, in the larger picture's pixels. */
  readonly side: number;
  /** What was cut out, and what the network makes of it. */
  readonly picture: Tensor;
  readonly right: Tensor;
}

function cornerOf(model: Model, input: Tensor, patch: number, which: Corner): CornerCase {
  const [, , height, width] = input.shape as [number, number, number, number];
  const { alignment = 1, scale } = model;
  const compared = Math.ceil(corner / alignment) * alignment;
  const halo = Math.ceil(Math.max(model.halo, filterRadius) / alignment) * alignment;
  const [w, h] = [Math.min(width, compared + halo), Math.min(height, compared + halo)];
  const from =
    which === "top left"
      ? { x: 0, y: 0, width: w, height: h }
      : { x: width - w, y: height - h, width: w, height: h };
  const picture = crop(input, patch, from);
  return {
    which,
    patch,
    scale,
    from: scaleRect(from, scale),
    side: Math.min(compared, w, h) * scale,
    picture,
    right: runReference(model, picture),
  };
}

/** Differences of a corner's pixels from those of the batch's, one by one. */
function errorsAt({ which, patch, from, side }: CornerCase, right: Tensor, output: Tensor): number[] {
  const seen = crop(output, patch, from);
  const [left, top] = which === "top left" ? [0, 0] : [from.width - side, from.height - side];
  const errors: number[] = [];
  for (let row = top; row < top + side; row++)
    for (let column = left; column < left + side; column++) {
      const at = row * from.width + column;
      errors.push(Math.abs(right.data[at]! - seen.data[at]!));
    }
  return errors;
}

/** The first and the last patch through `run`, at a strength: a batch of what came out, of which the others are zeros. */
async function runLevels({ scale }: Model, executable: Executable, input: Tensor): Promise<Tensor> {
  const { batch, width, height } = executable.shape;
  const window = { x: 0, y: 0, width, height };
  const planeOf = (size: Size): Plane => createPlane({ width: size.width, height: size.height });
  const patches = [...new Set([0, batch - 1])];
  const jobs = patches.map((patch): PatchJob => {
    const source = planeOf(window);
    const from = patch * width * height;
    source.data.forEach((_, at) => (source.data[at] = Math.round(255 * input.data[from + at]!)));
    const target = planeOf(scaleSize(window, scale));
    return { source, target, window, kept: window, fullRange: false, strength: triedStrength };
  });
  await executable.run(jobs);
  const seen = tensor([batch, 1, height * scale, width * scale]);
  jobs.forEach(({ target }, index) =>
    seen.data.set(
      Float32Array.from(target.data, (level) => level / 255),
      patches[index]! * target.data.length,
    ),
  );
  return seen;
}

function crop(picture: Tensor, n: number, { x, y, width, height }: Rect): Tensor {
  const [, , fullHeight, fullWidth] = picture.shape as [number, number, number, number];
  const part = tensor([1, 1, height, width]);
  for (let row = 0; row < height; row++) {
    const from = (n * fullHeight + y + row) * fullWidth + x;
    part.data.set(picture.data.subarray(from, from + width), row * width);
  }
  return part;
}

function wrongAnswer(engine: string, model: Model, what: string): TatamiError<"wrong-answer"> {
  return new TatamiError({
    code: "wrong-answer",
    message: `The start-up self-test of ${engine} with model "${model.name}" gave ${what}.`,
    fix: "Nothing needs doing, the next engine is used; please report the device and browser.",
    detail: { engine, model: model.name },
  });
}
