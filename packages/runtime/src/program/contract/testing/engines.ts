/** The engines that the contract is tried on. */

import type { ProgramEngine } from "@tatami/graph";
import type { KernelBuild } from "@tatami/kernels";
import { hasRelaxedSimd } from "../../../testing/relaxed-simd.ts";
import { createCpuProgramEngine } from "../../cpu-engine.ts";
import { createOnnxProgramEngine } from "../../onnx/onnx-engine.ts";
import { createWasmProgramEngine } from "../../wasm-engine.ts";

type Open = () => Promise<ProgramEngine>;

const wasm =
  (threads: number, build: KernelBuild): Open =>
  () =>
    createWasmProgramEngine({ threads, build });

/** Each by what it is called in the tests. */
export const engines: Readonly<Record<string, Open>> = {
  "the reference": async () => createCpuProgramEngine(),
  "onnxruntime-web on WebAssembly": () => createOnnxProgramEngine({ device: "wasm", threads: 2 }),
  "WebAssembly, SIMD, 1 thread": wasm(1, "simd"),
  "WebAssembly, SIMD, 2 threads": wasm(2, "simd"),
  ...(hasRelaxedSimd ? { "WebAssembly, relaxed SIMD, 3 threads": wasm(3, "relaxed") } : {}),
};
