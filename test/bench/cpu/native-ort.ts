/** onnxruntime's native build, where somebody has installed it: it is no dependency. */

import type { Backend, Executable } from "@tatami/graph";
import { tensor, writeOnnx } from "@tatami/graph";
import { runJobs } from "@tatami/runtime";
import type { InferenceSession } from "onnxruntime-web";

/** Opens it with options for its sessions. @throws Error where it is not installed. */
export async function openNativeOrt(options: InferenceSession.SessionOptions): Promise<Backend> {
  const name = "onnxruntime-node";
  const ort = (await import(/* @vite-ignore */ name)) as typeof import("onnxruntime-web");
  return {
    name: "onnx-wasm",
    description: name,
    lost: new Promise(() => {}),
    prepare: async (model, shape) => {
      const session = await ort.InferenceSession.create(writeOnnx(model), options);
      const executable: Executable = {
        shape,
        async infer(input) {
          const feed = new ort.Tensor("float32", input.data, [...input.shape]);
          const output = (await session.run({ [session.inputNames[0]!]: feed }))[session.outputNames[0]!]!;
          return tensor([...output.dims], output.data as Float32Array);
        },
        run: (jobs, signal) => runJobs(executable, jobs, signal),
        [Symbol.asyncDispose]: () => session.release(),
      };
      return executable;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
