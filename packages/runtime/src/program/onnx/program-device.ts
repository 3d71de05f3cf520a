/** The GPU device that onnxruntime-web's programs run on: one of their own. */

import { exposeGpu } from "#ort-gpu";
import { findGpu } from "#environment";
import type { TatamiError } from "@tatami/core";
import { openAdapter } from "../../onnx/adapter.ts";
import { lostDevice } from "../../webgpu/device.ts";

/** A device in use. Dispose of it. */
export interface ProgramDevice extends Disposable {
  readonly device: GPUDevice;
  /** In words, for people. */
  readonly description: string;
  /** Resolves when the device is lost, also when it is disposed of here; never rejects. */
  readonly lost: Promise<TatamiError<"device-lost">>;
}

/**
 * Opens a device with all that the adapter offers and onnxruntime asks for.
 *
 * @throws TatamiError `unsupported-environment` where there is no WebGPU or only an emulated adapter.
 */
export async function openProgramDevice(acceptSoftware: boolean): Promise<ProgramDevice> {
  const { adapter, description } = await openAdapter(acceptSoftware);
  await exposeGpu((await findGpu())!);
  const features = (["shader-f16", "subgroups"] as const).filter((name) => adapter.features.has(name));
  const device = await adapter.requestDevice({
    label: "tatami training",
    requiredFeatures: features,
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
  });
  return {
    device,
    description,
    lost: device.lost.then(({ reason, message }) => lostDevice(`${reason}: ${message}`)),
    [Symbol.dispose]: () => device.destroy(),
  };
}

/** What large batches and joining many tensors need more of than the least that WebGPU promises. */
const limits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
] as const satisfies readonly (keyof GPUSupportedLimits)[];
