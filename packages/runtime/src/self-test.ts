/** Proves an engine before it is trusted: a golden patch, judged by the CPU reference. */

import { TatamiError } from "@tatami/core";
import type { Executable, Model, Tensor } from "@tatami/graph";
import { runReference, tensor } from "@tatami/graph";

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

/**
 * Runs a patterned batch of the prepared shape and compares two corners of it with the reference: the
 * first patch's top left and the last patch's bottom right. A corner needs only its own surroundings,
 * so the reference stays cheap while the engine is tried at the very shape it will work at.
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
  const errors = [
    ...cornerErrors(model, input, output, 0, "top left"),
    ...cornerErrors(model, input, output, batch - 1, "bottom right"),
  ];
  if ("leastPsnr" in executable) judgeRounding(model, executable as RoundingExecutable, engine, errors);
  else {
    // of numbers one of which is NaN that is the largest, and not within any tolerance
    const error = Math.max(...errors);
    if (!(error <= selfTestTolerance))
      throw wrongAnswer(engine, model, `numbers off by ${error} (allowed: ${selfTestTolerance})`);
  }
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

/** Differences, pixel by pixel. */
function cornerErrors(
  model: Model,
  input: Tensor,
  output: Tensor,
  n: number,
  which: Corner,
): readonly number[] {
  const [, , height, width] = input.shape as [number, number, number, number];
  const { alignment = 1 } = model;
  const compared = Math.ceil(corner / alignment) * alignment;
  const w = Math.min(width, compared + model.halo);
  const h = Math.min(height, compared + model.halo);
  const x = which === "top left" ? 0 : width - w;
  const y = which === "top left" ? 0 : height - h;
  const reference = runReference(model, crop(input, n, x, y, w, h));
  const seen = crop(output, n, x * model.scale, y * model.scale, w * model.scale, h * model.scale);
  const side = Math.min(compared, w, h) * model.scale;
  const [left, top] = which === "top left" ? [0, 0] : [w * model.scale - side, h * model.scale - side];
  const errors: number[] = [];
  for (let row = top; row < top + side; row++)
    for (let column = left; column < left + side; column++) {
      const at = row * w * model.scale + column;
      errors.push(Math.abs(reference.data[at]! - seen.data[at]!));
    }
  return errors;
}

function crop(picture: Tensor, n: number, x: number, y: number, width: number, height: number): Tensor {
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
