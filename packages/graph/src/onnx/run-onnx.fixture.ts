/** Runs files in onnxruntime on the CPU, for tests. */

import * as ort from "onnxruntime-web";
import type { Program } from "../program.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { functionDomain } from "./emitter.ts";
import { modelFields } from "./messages.ts";
import type { ModelProto } from "./messages.ts";
import { decodeMessage } from "./wire-format.ts";
import { writeProgramOnnx } from "./write-program-onnx.ts";

/** A file made ready. Dispose of it. */
export interface LoadedOnnx extends AsyncDisposable {
  run(bindings: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
}

/** The ops that a file runs, those in the bodies of its functions included. Constants are none. */
export function opTypesOf(file: Uint8Array): ReadonlySet<string> {
  const { graph, functions = [] } = decodeMessage(modelFields, file) as ModelProto;
  const nodes = [graph!, ...functions].flatMap(({ node }) => node);
  const run = nodes.filter(({ domain, op_type }) => domain !== functionDomain && op_type !== "Constant");
  return new Set(run.map(({ op_type }) => op_type!));
}

ort.env.logLevel = "error";
ort.env.wasm.numThreads = 1;

/** Loads a program's file. */
export function loadOnnxProgram(program: Program): Promise<LoadedOnnx> {
  return loadOnnx(writeProgramOnnx(program));
}

/** Loads any file. */
export async function loadOnnx(bytes: Uint8Array): Promise<LoadedOnnx> {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  return {
    async run(bindings) {
      const feeds = session.inputNames.map((name) => {
        const { shape, data } = bindings[name]!;
        return [name, new ort.Tensor("float32", data, [...shape])] as const;
      });
      const results = await session.run(Object.fromEntries(feeds));
      return Object.fromEntries(
        Object.entries(results).map(([name, { dims, data }]) => [name, tensor(dims, data as Float32Array)]),
      );
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}
