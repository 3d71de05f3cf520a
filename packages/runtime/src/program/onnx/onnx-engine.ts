/** Training programs in onnxruntime-web: on any GPU by WebGPU, or on the processor. */

import type { Program, ProgramEngine } from "@tatami/graph";
import type { Tensor as OrtTensor } from "onnxruntime-web";
import { loadOrt } from "../../onnx/load-ort.ts";
import type { OrtOptions, OrtProvider } from "../../onnx/ort-options.ts";
import { defaultThreads } from "../../onnx/ort-options.ts";
import { prepareResident } from "../resident-step.ts";
import type { LoadProgram, LoadedProgram } from "../whole-batch.ts";
import { prepareWhole } from "../whole-batch.ts";
import { loadOnGpu } from "./load-on-gpu.ts";
import { openProgramDevice } from "./program-device.ts";
import type { SessionHost } from "./session.ts";
import { closeSession, openSession, takeTurn } from "./session.ts";

/** How the engine is set up. */
export interface OnnxProgramOptions extends Partial<OrtOptions> {
  readonly device: OrtProvider;
  /** Of the device `wasm`; the first engine of a process decides. @defaultValue every core up to 8 */
  readonly threads?: number;
}

/**
 * Makes the engine. Its resident steps keep weights and moments in GPU buffers on the device `webgpu`.
 *
 * @throws TatamiError `missing-package`; for `webgpu` also `unsupported-environment` where there is no hardware
 * adapter, in Node where the package `webgpu` is not installed.
 */
export async function createOnnxProgramEngine(options: OnnxProgramOptions): Promise<ProgramEngine> {
  const { device, acceptSoftwareAdapter = false, wasmPaths } = options;
  // on the GPU one thread issues commands, and in Node this build of onnxruntime-web starts no others
  const threads = device === "webgpu" ? 1 : (options.threads ?? defaultThreads());
  const ort = await loadOrt(device, { threads, wasmPaths });
  const gpu = device === "webgpu" ? await openProgramDevice(acceptSoftwareAdapter) : undefined;
  const prepareOn = gpu
    ? preparers((program) => loadOnGpu({ ort, gpu }, program))
    : preparers((program) => loadOnProcessor({ ort }, program));
  const running = ort.env.wasm.numThreads ?? 1;
  const open = new Set<AsyncDisposable>();
  const keep = async <R extends AsyncDisposable>(making: Promise<R>): Promise<R> => {
    const made = await making;
    open.add(made);
    const dispose = async (): Promise<void> => {
      open.delete(made);
      await made[Symbol.asyncDispose]();
    };
    return { ...made, [Symbol.asyncDispose]: dispose };
  };
  return {
    name: "onnx",
    description: `onnxruntime-web, ${gpu?.description ?? `WebAssembly, ${running} thread${running === 1 ? "" : "s"}`}`,
    prepare: (name, build, batch) => keep(prepareOn.whole(name, build, batch)),
    prepareStep: (name, build, batch, step) => keep(prepareOn.steps(name, build, batch, step)),
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((each) => each[Symbol.asyncDispose]()));
      gpu?.[Symbol.dispose]();
    },
  };
}

function preparers<T>(load: LoadProgram<T>) {
  return {
    whole: (...given: Parameters<ProgramEngine["prepare"]>) => prepareWhole(load, ...given),
    steps: (...given: Parameters<NonNullable<ProgramEngine["prepareStep"]>>) =>
      prepareResident(load, ...given),
  };
}

/** A program on the processor: its tensors are copied in and out at every run. */
async function loadOnProcessor(host: SessionHost, program: Program): Promise<LoadedProgram<OrtTensor>> {
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
