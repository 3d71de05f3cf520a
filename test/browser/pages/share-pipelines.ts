/**
 * Gives a page the pipeline that it has where it asks for one of the same shader on the same device: on a software adapter
 * compiling takes three quarters of the time, and onnxruntime compiles for every session what it had compiled for others.
 */

const codes = new WeakMap<GPUShaderModule, string>();
const made = new WeakMap<GPUDevice, Map<string, GPUComputePipeline | Promise<GPUComputePipeline>>>();
const { createShaderModule, createComputePipeline, createComputePipelineAsync } = GPUDevice.prototype;

GPUDevice.prototype.createShaderModule = function (descriptor) {
  const module = createShaderModule.call(this, descriptor);
  codes.set(module, descriptor.code);
  return module;
};

GPUDevice.prototype.createComputePipeline = function (descriptor) {
  return once(this, "at once", descriptor, () => createComputePipeline.call(this, descriptor));
};

GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
  return once(this, "later", descriptor, () => createComputePipelineAsync.call(this, descriptor));
};

function once<T extends GPUComputePipeline | Promise<GPUComputePipeline>>(
  device: GPUDevice,
  when: string,
  { compute: { module, entryPoint, constants } }: GPUComputePipelineDescriptor,
  make: () => T,
): T {
  const known = made.get(device) ?? new Map<string, T>();
  made.set(device, known);
  const key = JSON.stringify([when, codes.get(module), entryPoint, constants]);
  const pipeline = (known.get(key) as T | undefined) ?? make();
  known.set(key, pipeline);
  return pipeline;
}
