/** The other WebGPU upscalers that `npm run bench:gpu` sets beside Tatami's; in a page only. */

import type { Size } from "@tatami/core";
import type { GpuRunner } from "./frames.ts";

/** Opens every peer for frames of a size, on a device of its own. */
export async function openPeers(frame: Size, wanted: readonly string[]): Promise<readonly GpuRunner[]> {
  const peers: GpuRunner[] = [];
  for (const size of ["s", "m", "l"] as const)
    if (wanted.includes(`websr-${size}`)) peers.push(await openWebSr(size, frame));
  for (const network of ["CNNx2M", "CNNx2VL"] as const)
    if (wanted.includes(network)) peers.push(await openAnime4k(network, frame));
  return peers;
}

interface WebSr {
  render(source: ImageBitmap): Promise<void>;
}

type WebSrModule = {
  readonly default: new (options: {
    readonly canvas: HTMLCanvasElement;
    readonly gpu: GPUDevice;
    readonly network_name: string;
    readonly weights: unknown;
    readonly resolution: Size;
  }) => WebSr;
};

const weights = {
  s: new URL("../../../node_modules/@websr/websr/weights/anime4k/cnn-2x-s-rl.json", import.meta.url),
  m: new URL("../../../node_modules/@websr/websr/weights/anime4k/cnn-2x-m-rl.json", import.meta.url),
  l: new URL("../../../node_modules/@websr/websr/weights/anime4k/cnn-2x-l-rl.json", import.meta.url),
};

async function openWebSr(size: "s" | "m" | "l", frame: Size): Promise<GpuRunner> {
  const loaded = (await import("@websr/websr")) as unknown as WebSrModule;
  const own = loaded.default as unknown as WebSrModule["default"] & Partial<WebSrModule>;
  // packed for CommonJS: the class may be one level further in
  const create = own.default ?? own;
  const gpu = await openDevice();
  const canvas = document.createElement("canvas");
  const numbers = (await (await fetch(weights[size])).json()) as unknown;
  const websr = new create({
    canvas,
    gpu,
    network_name: `anime4k/cnn-2x-${size}`,
    weights: numbers,
    resolution: frame,
  });
  const picture = await createImageBitmap(new ImageData(noise(frame), frame.width, frame.height));
  return {
    name: `websr ${size.toUpperCase()}`,
    macs: countNumbers(numbers) * frame.width * frame.height,
    async frame() {
      await websr.render(picture);
      await gpu.queue.onSubmittedWorkDone();
    },
    [Symbol.asyncDispose]: async () => gpu.destroy(),
  };
}

interface Anime4k {
  pass(encoder: GPUCommandEncoder): void;
}

type Anime4kModule = Readonly<
  Record<string, new (init: { readonly device: GPUDevice; readonly inputTexture: GPUTexture }) => Anime4k>
>;

async function openAnime4k(network: string, { width, height }: Size): Promise<GpuRunner> {
  const loaded = (await import("anime4k-webgpu")) as unknown as Anime4kModule;
  const device = await openDevice();
  // TEXTURE_BINDING, COPY_DST, RENDER_ATTACHMENT
  const inputTexture = device.createTexture({
    size: [width, height],
    format: "rgba16float",
    usage: 4 | 2 | 16,
  });
  const pipeline = new loaded[network]!({ device, inputTexture });
  return {
    name: `anime4k ${network}`,
    macs: undefined,
    async frame() {
      const encoder = device.createCommandEncoder();
      pipeline.pass(encoder);
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
    },
    [Symbol.asyncDispose]: async () => device.destroy(),
  };
}

async function openDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  return adapter!.requestDevice();
}

function noise({ width, height }: Size): Uint8ClampedArray<ArrayBuffer> {
  return Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i * 31 + ((i * i) >> 3)) & 255);
}

/** Every weight is used once a pixel: a network's numbers are its multiply-accumulates. */
function countNumbers(value: unknown): number {
  if (typeof value === "number") return 1;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((count, each) => count + countNumbers(each), 0);
}
