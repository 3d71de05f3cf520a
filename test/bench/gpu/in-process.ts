/** WebGPU in this process, where somebody has installed the package `webgpu`: it is no dependency. */

/** Puts WebGPU's entry point where every engine of this process finds it. @throws Error where it is not installed. */
export async function openGpuInProcess(): Promise<void> {
  const name = "webgpu";
  const loaded = (await import(name)) as { readonly create: (flags: readonly string[]) => GPU };
  // the toggle has half floats on NVIDIA, as in Chromium
  const gpu = loaded.create(["enable-dawn-features=vulkan_enable_f16_on_nvidia"]);
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
}
