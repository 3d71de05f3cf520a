/** Whether there is a GPU worth using: a hardware WebGPU adapter. */

import { TatamiError } from "@tatami/core";

/**
 * Says in words which adapter there is.
 *
 * @param acceptSoftware take an emulated adapter too: slow, but it shows that the engine is right.
 *
 * @throws TatamiError `unsupported-environment` where there is no WebGPU, no adapter, or only one that
 * is emulated on the CPU (slower than WebAssembly, measured).
 */
export async function requireHardwareAdapter(acceptSoftware: boolean = false): Promise<string> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) throw noGpu("This environment has no WebGPU.");
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw noGpu("WebGPU is there, but it offers no adapter.");
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const words = [vendor, architecture, description].filter((word) => word !== "").join(" ");
  if (acceptSoftware) return `WebGPU, ${words}`;
  if (isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|software/i.test(words))
    throw noGpu(`The WebGPU adapter (${words}) is emulated on the CPU.`);
  return words === "" ? "WebGPU" : `WebGPU, ${words}`;
}

function noGpu(message: string): TatamiError<"unsupported-environment"> {
  return new TatamiError({
    code: "unsupported-environment",
    message,
    fix: "Nothing needs doing, the next engine is used; for a GPU, enable hardware acceleration and WebGPU.",
  });
}
