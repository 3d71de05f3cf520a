/** A program in onnxruntime-web on the processor: its tensors are copied in and out at every run. */

import type { Program } from "@tatami/graph";
import type { Tensor as OrtTensor } from "onnxruntime-web";
import type { LoadedProgram } from "../whole-batch.ts";
import type { SessionHost } from "./session.ts";
import { closeSession, openSession, takeTurn } from "./session.ts";

/** @throws TatamiError `invalid-model` naming the op that onnxruntime refuses, `out-of-memory` */
export async function loadOnProcessor(
  host: SessionHost,
  program: Program,
): Promise<LoadedProgram<OrtTensor>> {
  const { ort } = host;
  const session = await openSession(host, program);
  return {
    wrap: ({ shape, data }) => new ort.Tensor("float32", data, [...shape]),
    keep: ({ shape, data }) => new ort.Tensor("float32", data.slice(), [...shape]),
    run(bindings) {
      const feeds = Object.fromEntries(session.inputNames.map((name) => [name, bindings[name]!]));
      return takeTurn(host, program.name, () => session.run(feeds));
    },
    read: async (value) => value.data as Float32Array,
    free: (value) => value.dispose(),
    [Symbol.asyncDispose]: () => closeSession(host, program.name, session),
  };
}
