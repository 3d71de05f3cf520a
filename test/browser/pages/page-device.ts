/** The GPU of a page, one for all that it is called for: what is compiled for one call is there for the next. */

let opened: Promise<GPUDevice> | undefined;

/** The same device each time, with the features that an engine asks for on its own. It lives as long as the page. */
export function openDevice(): Promise<GPUDevice> {
  opened ??= requestDevice();
  return opened;
}

async function requestDevice(): Promise<GPUDevice> {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const features = (["shader-f16", "timestamp-query"] as const).filter((name) => adapter.features.has(name));
  return adapter.requestDevice({ requiredFeatures: features });
}
