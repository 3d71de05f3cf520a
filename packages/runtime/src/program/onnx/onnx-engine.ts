/** Training programs in onnxruntime-web: on any GPU by WebGPU, or on the processor. */

import type { ProgramEngine } from "@tatami/graph";
import type { Tensor as OrtTensor } from "onnxruntime-web";
import type { OrtOptions, OrtProvider } from "../../onnx/load-ort.ts";
import { defaultThreads, loadOrt } from "../../onnx/load-ort.ts";
import { prepareResident } from "../resident-step.ts";
import type { LoadProgram } from "../whole-batch.ts";
import { prepareWhole } from "../whole-batch.ts";
import { loadProgram } from "./load-program.ts";
import { openProgramDevice } from "./program-device.ts";

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
  const gpu = device === "webgpu" ? await openProgramDevice(acceptSoftwareAdapter) : undefined;
  const ort = await loadOrt(device, { threads, wasmPaths });
  const load: LoadProgram<OrtTensor> = (program, stay) => loadProgram({ ort, gpu }, program, stay);
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
    prepare: (name, build, batch) => keep(prepareWhole(load, name, build, batch)),
    prepareStep: (name, build, batch, step) => keep(prepareResident(load, name, build, batch, step)),
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((each) => each[Symbol.asyncDispose]()));
      gpu?.[Symbol.dispose]();
    },
  };
}
