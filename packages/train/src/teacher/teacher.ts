/** A network that another learns from. */

import { invalidOption } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { writeOnnx } from "@tatami/graph";
import { sha256Of } from "../report/card.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { createModelEnlarge } from "../report/model-enlarge.ts";

/** A network that another learns from. Plain data, for any thread. */
export interface Teacher {
  readonly name: string;
  readonly scale: number;
  /** Its file, as ONNX. */
  readonly file: Uint8Array;
  /** The hash of its file: another teacher makes another data set. */
  readonly identity: string;
  readonly compiled: CompiledKernels;
}

/** A model as a teacher. @throws TatamiError `wrong-answer` when the kernels and the reference differ about it. */
export async function createTeacher(compiled: CompiledKernels, model: Model): Promise<Teacher> {
  // told now, not by a thread minutes later
  createModelEnlarge(compiled, model);
  const file = writeOnnx(model);
  return { name: model.name, scale: model.scale, file, identity: await sha256Of(file), compiled };
}

/** @throws TatamiError `invalid-option` when the teacher is of another scale. */
export function checkTeacher({ name, scale }: Teacher, wanted: number): void {
  if (scale === wanted) return;
  throw invalidOption("teacher", `a network of scale ${wanted}`, `${name}, of scale ${scale}`);
}
