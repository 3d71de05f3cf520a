/** A program in onnxruntime-web on WebGPU: all tensors stay on the device, and only what is asked for is read back. */

import type { Program, Tensor } from "@tatami/graph";
import { parametersOf } from "@tatami/graph";
import type { Tensor as OrtTensor } from "onnxruntime-web";
import type { LoadedProgram } from "../whole-batch.ts";
import { mapValues } from "../whole-batch.ts";
import { avoidWrongConvolutions } from "./avoid-wrong-convolutions.ts";
import type { ProgramDevice } from "./program-device.ts";
import type { SessionHost } from "./session.ts";
import { closeSession, openSession, takeTurn } from "./session.ts";

/** Numbers here, looked at in every run, or a buffer on the device. */
export interface GpuValue {
  /** In bytes. */
  readonly size: number;
  readonly numbers?: Float32Array;
  readonly buffer?: GPUBuffer;
  free(): void;
}

/** Of the specification's `GPUBufferUsage` and `GPUMapMode`, which Node has not. */
const bufferUsage = { mapRead: 1, copySource: 4, copyTarget: 8, storage: 0x80 } as const;
const readMode = 1;

/**
 * Each input has a buffer of its own, the same at every run, as the recorded commands name it. An output's buffer is
 * written again by the next run, so what is to be bound again is copied into the input's first.
 *
 * @throws TatamiError `invalid-model` naming the op that onnxruntime refuses; `device-lost`, `out-of-memory`
 */
export async function loadOnGpu(
  host: SessionHost & { readonly gpu: ProgramDevice },
  program: Program,
): Promise<LoadedProgram<GpuValue>> {
  const { device } = host.gpu;
  const { ort } = host;
  const session = await openSession(host, avoidWrongConvolutions(program));
  const shapes = new Map(parametersOf(program).map(({ arg }) => [arg.name, arg.shape]));
  const inputs = session.inputNames.map((name) => {
    const shape = shapes.get(name)!;
    const size = 4 * shape.reduce((product, side) => product * side, 1);
    const buffer = createStorage(device, size);
    return {
      name,
      size,
      buffer,
      tensor: ort.Tensor.fromGpuBuffer(buffer, { dataType: "float32", dims: [...shape] }),
    };
  });
  const feeds = Object.fromEntries(inputs.map(({ name, tensor }) => [name, tensor]));
  /** What each input's buffer holds. */
  const bound = new Map<string, GpuValue>();
  const bind = (bindings: Readonly<Record<string, GpuValue>>): void => {
    const encoder = device.createCommandEncoder();
    for (const { name, size, buffer } of inputs) {
      const value = bindings[name]!;
      if (value.numbers) device.queue.writeBuffer(buffer, 0, value.numbers);
      else if (bound.get(name) !== value) encoder.copyBufferToBuffer(value.buffer!, 0, buffer, 0, size);
      bound.set(name, value);
    }
    device.queue.submit([encoder.finish()]);
  };
  return {
    wrap: ({ data }) => ({ size: data.byteLength, numbers: data, free: () => {} }),
    keep: (value) => upload(device, value),
    async run(bindings) {
      const results = await takeTurn(host, program.name, () => {
        bind(bindings);
        return session.run(feeds);
      });
      return mapValues(results, valueOf);
    },
    read: (value) => (value.numbers ? Promise.resolve(value.numbers) : download(host.gpu, value)),
    free: (value) => value.free(),
    async [Symbol.asyncDispose]() {
      await closeSession(host, program.name, session);
      for (const { buffer } of inputs) buffer.destroy();
    },
  };
}

/** Outside the run that made it: a function from within would remember that run's bindings, and they those before. */
function valueOf(tensor: OrtTensor): GpuValue {
  return { size: 4 * tensor.size, buffer: tensor.gpuBuffer as GPUBuffer, free: () => tensor.dispose() };
}

function createStorage(device: GPUDevice, size: number): GPUBuffer {
  // onnxruntime's shaders may look at whole vectors
  const whole = Math.ceil(size / 16) * 16;
  return device.createBuffer({
    size: whole,
    usage: bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget,
  });
}

function upload(device: GPUDevice, { data }: Tensor): GpuValue {
  const buffer = createStorage(device, data.byteLength);
  device.queue.writeBuffer(buffer, 0, data);
  return { size: data.byteLength, buffer, free: () => buffer.destroy() };
}

/** The numbers as they are now: commands issued later do not change them. */
async function download(
  { device, during }: ProgramDevice,
  { size, buffer }: GpuValue,
): Promise<Float32Array> {
  const staging = device.createBuffer({ size, usage: bufferUsage.mapRead | bufferUsage.copyTarget });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer!, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  try {
    await during(() => staging.mapAsync(readMode));
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
  }
}
