/** Whether there is a GPU worth using: a hardware WebGPU adapter. */

import { findGpu } from "#environment";
import { TatamiError } from "@tatami/core";

/** An adapter, and what it is. */
export interface OpenedAdapter {
  readonly adapter: GPUAdapter;
  /** In words, for people. */
  readonly description: string;
  /** Whether it is emulated on the CPU. */
  readonly software: boolean;
}

/**
 * The fastest adapter there is.
 *
 * @param acceptSoftware take an emulated adapter too: slow, but it shows that the engine is right.
 *
 * @throws TatamiError `unsupported-environment` where there is no WebGPU, no adapter, or only one that
 * is emulated on the CPU (slower than WebAssembly, measured).
 */
export async function openAdapter(acceptSoftware: boolean = false): Promise<OpenedAdapter> {
  const gpu = await findGpu();
  if (!gpu) throw noGpu("This environment has no WebGPU.");
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw noGpu("WebGPU is there, but it offers no adapter.");
  const words = describeAdapter(adapter.info);
  const software = isSoftware(adapter.info);
  if (software && !acceptSoftware) throw noGpu(`The WebGPU adapter (${words}) is emulated on the CPU.`);
  return { adapter, software, description: words === "" ? "WebGPU" : `WebGPU, ${words}` };
}

/** Says in words which adapter there is. @throws TatamiError as {@link openAdapter} does. */
export async function requireHardwareAdapter(acceptSoftware: boolean = false): Promise<string> {
  return (await openAdapter(acceptSoftware)).description;
}

/** An adapter's vendor, architecture and name, as far as it tells them. */
export function describeAdapter({ vendor, architecture, description }: GPUAdapterInfo): string {
  return [vendor, architecture, description].filter((word) => word !== "").join(" ");
}

/** Whether an adapter is emulated on the CPU. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|software/i.test(describeAdapter(info));
}

function noGpu(message: string): TatamiError<"unsupported-environment"> {
  return new TatamiError({
    code: "unsupported-environment",
    message,
    fix: "Nothing needs doing, the next engine is used; for a GPU, enable hardware acceleration and WebGPU, or in Node install the package webgpu.",
  });
}
