/** What differs in Node: the entry of onnxruntime-web, and where cores and a GPU are told. */

import { availableParallelism } from "node:os";
import type * as Ort from "onnxruntime-web";

/** Loads the WebAssembly build: of its entries only this one starts threads in Node. */
export async function importWasmOrt(): Promise<typeof Ort> {
  try {
    return await import("onnxruntime-web");
  } catch (cause) {
    throw new Error(String(cause), { cause });
  }
}

/** Cores this process may use. */
export function coreCount(): number {
  return availableParallelism();
}

/** WebGPU's entry point: the environment's own, else that of the package `webgpu`, where it is installed. */
export function findGpu(): Promise<GPU | undefined> {
  return (opened ??= openGpu());
}

// held for as long as the process lives: devices do not outlive their entry point
let opened: Promise<GPU | undefined> | undefined;

async function openGpu(): Promise<GPU | undefined> {
  const given = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (given) return given;
  const name = "webgpu";
  try {
    const { create } = (await import(name)) as { readonly create: (flags: readonly string[]) => GPU };
    // without it Dawn has no half floats on NVIDIA's Vulkan
    return create(["enable-dawn-features=vulkan_enable_f16_on_nvidia"]);
  } catch {
    return undefined;
  }
}
