/** A network that another learns from: of ops that the kernels have, or any ONNX file that enlarges. */

import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { invalidOption, sha256Of, TatamiError } from "@tatami/core";
import type { Model, ModelParent } from "@tatami/graph";
import { readOnnx, writeOnnx } from "@tatami/graph";
import { parentOf } from "../campaign/lineage.ts";
import type { LumaPlane } from "../data/luma.ts";
import { createModelEnlarge } from "../report/model-enlarge.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import type { Trained } from "../shape/trained-model.ts";
import type { OnnxFeature } from "./onnx-network.ts";
import { openOnnxNetwork } from "./onnx-network.ts";

/** A network that another learns from. Plain data, for any thread. */
export interface Teacher {
  readonly name: string;
  readonly scale: number;
  /** Its file, as ONNX. */
  readonly file: Uint8Array;
  /** The hash of its file: another teacher makes another data set. */
  readonly identity: string;
  /** What runs it, in words. */
  readonly runtime: string;
  /** Kernels to run it on; without them onnxruntime does. */
  readonly compiled?: CompiledKernels;
  /** What it tells besides pictures, where onnxruntime runs it. */
  readonly features: readonly OnnxFeature[];
}

/** A model as a teacher. @throws TatamiError `wrong-answer` when the kernels and the reference differ about it. */
export async function createTeacher(compiled: CompiledKernels, model: Model): Promise<Teacher> {
  // told now, not by a thread minutes later
  createModelEnlarge(compiled, model);
  const file = writeOnnx(model);
  const { name, scale } = model;
  return {
    name,
    scale,
    file,
    identity: await sha256Of(file),
    runtime: "the kernels",
    compiled,
    features: [],
  };
}

/** An ONNX file of anybody's as a teacher. @throws TatamiError `invalid-model`. */
export async function createOnnxTeacher(file: Uint8Array, name: string): Promise<Teacher> {
  const { scale, features, runtime, release } = await openOnnxNetwork(file, name);
  await release();
  return { name, scale, file, identity: await sha256Of(file), runtime, features };
}

/** A teacher found by its name, and how it stands on a pupil's card. */
export interface FoundTeacher {
  readonly teacher: Teacher;
  readonly parent: ModelParent;
  /** The network itself, where its ops are ours. */
  readonly model?: Model;
}

/**
 * Finds a network to learn from: a trained one, or the path of any ONNX file that enlarges.
 *
 * @param cwd folder that such paths are from
 * @throws TatamiError what `findTrained` throws; `invalid-model` for a file that enlarges nothing.
 */
export async function findTeacher(
  name: string,
  compiled: CompiledKernels,
  findTrained: (name: string) => Promise<Trained>,
  cwd = ".",
): Promise<FoundTeacher> {
  const trained = await findTrained(name).catch((error: unknown) => {
    if (TatamiError.is(error, "invalid-model") && name.endsWith(".onnx")) return undefined;
    throw error;
  });
  if (trained) {
    const { model } = trained;
    return { teacher: await createTeacher(compiled, model), parent: parentOf(trained, "teacher"), model };
  }
  const teacher = await createOnnxTeacher(
    new Uint8Array(await readFile(resolve(cwd, name))),
    basename(name, ".onnx"),
  );
  const parent: ModelParent = {
    name: teacher.name,
    role: "teacher",
    sha256: teacher.identity,
    steps: 0,
    samples: 0,
  };
  return { teacher, parent };
}

/** @throws TatamiError `invalid-option` when the teacher is of another scale. */
export function checkTeacher({ name, scale }: Teacher, wanted: number): void {
  if (scale === wanted) return;
  throw invalidOption("teacher", `a network of scale ${wanted}`, `${name}, of scale ${scale}`);
}

/** A teacher at work on this thread. Release it. */
export interface OpenedTeacher {
  enlarge(low: LumaPlane): Promise<LumaPlane>;
  release(): Promise<void>;
}

/** Sets a teacher to work. */
export async function openTeacher({ name, file, compiled }: Teacher): Promise<OpenedTeacher> {
  if (!compiled) return openOnnxNetwork(file, name);
  const enlarge = createModelEnlarge(compiled, readOnnx(file).model);
  return { enlarge: async (low) => enlarge(low), release: async () => undefined };
}
