/** Where onnxruntime-web looks for WebGPU: in a page it is there already. */

/** Puts WebGPU where onnxruntime-web looks for it. */
export async function exposeGpu(_gpu: GPU): Promise<void> {}
