/** The GPU device an engine works on: the caller's, or one of its own. */

import { TatamiError } from "@tatami/core";
import { describeAdapter, isSoftware, openAdapter } from "../onnx/adapter.ts";
import type { PipelineCache } from "./pipelines.ts";
import { pipelinesOf } from "./pipelines.ts";

/** How a device is come by. */
export interface DeviceOptions {
  /** A device to work on; it is never destroyed here. @defaultValue one of its own, destroyed at the end */
  readonly device?: GPUDevice | undefined;
  /** Whether WebGPU emulated on the CPU will do; for tests. @defaultValue false */
  readonly acceptSoftwareAdapter?: boolean | undefined;
}

/** A device in use. Dispose of it. */
export interface OpenDevice extends Disposable {
  readonly device: GPUDevice;
  /** In words, for people. */
  readonly description: string;
  /** Whether it is emulated on the CPU. */
  readonly software: boolean;
  readonly pipelines: PipelineCache;
  /** Resolves when the device is lost, unless it was disposed of here; never rejects. */
  readonly lost: Promise<TatamiError<"device-lost">>;
}

/**
 * Opens a device.
 *
 * @throws TatamiError `unsupported-environment` where there is no WebGPU or only an emulated adapter.
 */
export async function openDevice(options: DeviceOptions): Promise<OpenDevice> {
  const given = options.device;
  if (given) {
    const info = given.adapterInfo;
    return inUse(given, `WebGPU, ${describeAdapter(info)}, given device`, isSoftware(info), false);
  }
  const { adapter, description, software } = await openAdapter(options.acceptSoftwareAdapter);
  const features = (["shader-f16", "timestamp-query"] as const).filter((name) => adapter.features.has(name));
  // what the adapter has beyond the least limits saves cutting large frames into bands
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  const device = await adapter.requestDevice({
    label: "tatami",
    requiredFeatures: features,
    requiredLimits: { maxStorageBufferBindingSize, maxBufferSize },
  });
  return inUse(device, description, software, true);
}

function inUse(device: GPUDevice, description: string, software: boolean, own: boolean): OpenDevice {
  let disposed = false;
  const lost = new Promise<TatamiError<"device-lost">>((resolve) => {
    const report = ({ reason, message }: GPUDeviceLostInfo): void => {
      if (!disposed) resolve(lostDevice(`${reason}: ${message}`));
    };
    void device.lost.then(report);
  });
  return {
    device,
    description,
    software,
    pipelines: pipelinesOf(device),
    lost,
    [Symbol.dispose]: () => {
      disposed = true;
      if (own) device.destroy();
    },
  };
}

/** The error of a device that is gone. */
export function lostDevice(why: string, cause?: unknown): TatamiError<"device-lost"> {
  return new TatamiError({
    code: "device-lost",
    message: `The GPU device was lost (${why}).`,
    fix: "Start again; if it happens again, compute on the processor: wasm in options.backends.",
    cause,
  });
}
