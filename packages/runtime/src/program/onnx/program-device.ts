/** The GPU device that onnxruntime-web's programs run on: one of their own. */

import { exposeGpu } from "#ort-gpu";
import { findGpu } from "#environment";
import { TatamiError } from "@tatami/core";
import { openAdapter } from "../../onnx/adapter.ts";

/** A device in use. Dispose of it. */
export interface ProgramDevice extends Disposable {
  readonly device: GPUDevice;
  /** In words, for people. */
  readonly description: string;
  /**
   * Waits for work on the device, but not beyond its loss, after which the work may never end.
   *
   * @throws TatamiError `device-lost`, without beginning the work where the device is lost already
   */
  during<R>(work: () => Promise<R>): Promise<R>;
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
  let lost: TatamiError | undefined;
  const waiting = new Set<(reason: TatamiError) => void>();
  const report = ({ reason, message }: GPUDeviceLostInfo): void => {
    lost = lostGpu(`${reason}: ${message}`);
    for (const reject of waiting) reject(lost);
  };
  void device.lost.then(report);
  return {
    device,
    description,
    // no race with a promise that lasts as long as the device: it would remember every one
    during: (work) =>
      new Promise((resolve, reject) => {
        if (lost) return reject(lost);
        waiting.add(reject);
        const end = (): unknown => waiting.delete(reject);
        void work().then(resolve, reject).then(end, end);
      }),
    [Symbol.dispose]: () => device.destroy(),
  };
}

/** The error of a device that is gone. */
export function lostGpu(why: string): TatamiError<"device-lost"> {
  return new TatamiError({
    code: "device-lost",
    message: `The GPU device was lost (${why}).`,
    fix: "Go on from the last checkpoint in a new process or page; if it happens again, train on the processor.",
  });
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
