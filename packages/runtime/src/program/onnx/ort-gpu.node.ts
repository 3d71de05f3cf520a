/** Where onnxruntime-web looks for WebGPU, made in Node from the package `webgpu`. */

import { availableParallelism } from "node:os";

/**
 * Puts WebGPU where onnxruntime-web looks for it: in `navigator` and among the global classes. They stay for as long as
 * the process lives, as onnxruntime-web's own parts do.
 *
 * @throws Error when the package `webgpu` is not installed and the classes are not there either.
 */
export async function exposeGpu(gpu: GPU): Promise<void> {
  if (!("GPUQueue" in globalThis)) {
    const name = "webgpu";
    const { globals } = (await import(name)) as { readonly globals: object };
    for (const [label, value] of Object.entries(globals))
      Object.defineProperty(globalThis, label, { value, configurable: true, writable: true });
  }
  const here = globalThis as { navigator?: { readonly gpu?: GPU } };
  if (!here.navigator) define(here, "navigator", { gpu, hardwareConcurrency: availableParallelism() });
  else if (!here.navigator.gpu) define(here.navigator, "gpu", gpu);
  takeSharedMemory(
    (globalThis as unknown as { readonly GPUQueue: { readonly prototype: GPUQueue } }).GPUQueue.prototype,
  );
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

const patched = new WeakSet<object>();

/**
 * WebGPU takes `AllowSharedBufferSource` in `writeBuffer` (W3C, section 19.2); Dawn in Node takes no view of shared
 * memory, and onnxruntime-web's whole memory is shared. So such views are copied on the way.
 */
function takeSharedMemory(queue: GPUQueue): void {
  if (patched.has(queue)) return;
  patched.add(queue);
  const { writeBuffer } = queue;
  queue.writeBuffer = function (this: GPUQueue, buffer, at, data, offset = 0, size?: number) {
    const view = data as Float32Array | Uint8Array;
    if (!(view.buffer instanceof SharedArrayBuffer))
      // as it came: the two type libraries in use know shared memory differently
      return writeBuffer.call(this, buffer, at, data as ArrayBuffer, offset, size);
    const end = size === undefined ? view.length : offset + size;
    return writeBuffer.call(this, buffer, at, view.slice(offset, end));
  };
}
