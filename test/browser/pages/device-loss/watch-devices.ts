/** Keeps the GPU devices that are opened, so that they can be taken away. */

/** In the order they were opened. */
export const devices: GPUDevice[] = [];

/** From here on the software adapter stands for a hardware one: an engine may only be lost that is used. */
export function watchDevices(): void {
  const info = { vendor: "test", architecture: "", device: "", description: "", isFallbackAdapter: false };
  Object.defineProperty(GPUAdapter.prototype, "info", { get: () => info });
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await requestDevice.apply(this, args);
    devices.push(device);
    return device;
  };
}
