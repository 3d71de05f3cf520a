/** What `compare.ts` runs in a page: one picture through the real `@websr/websr`. */

import * as loaded from "@websr/websr";

/** A picture and a network. */
export interface RenderOrder {
  readonly size: "s" | "m" | "l";
  readonly weights: unknown;
  /** The buffers that hold what is added. */
  readonly names: readonly string[];
  readonly width: number;
  readonly height: number;
  /** 8-bit levels, channels interleaved. */
  readonly rgb: readonly number[];
}

/** What WebSR made of it. */
export interface Rendered {
  /** The canvas: RGBA. */
  readonly pixels: readonly number[];
  /** What is added, of 0..1, four pixels of a small one together: one list for all colours, or one a colour. */
  readonly residuals: readonly (readonly number[])[];
}

interface Websr {
  readonly context: { readBuffer(name: string): Promise<Float32Array> };
  render(source: ImageBitmap): Promise<void>;
}

interface WebsrClass {
  new (options: object): Websr;
  initWebGPU(): Promise<{ destroy(): void }>;
}

async function render({ size, weights, names, width, height, rgb }: RenderOrder): Promise<Rendered> {
  const own = loaded as unknown as { default: WebsrClass & { default?: WebsrClass } };
  // packed for CommonJS: the class may be one level further in
  const create = own.default.default ?? own.default;
  const rgba = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 ? 255 : rgb[3 * Math.floor(i / 4) + (i % 4)]!,
  );
  const bitmap = await createImageBitmap(new ImageData(rgba, width, height));
  const canvas = document.createElement("canvas");
  const gpu = await create.initWebGPU();
  const resolution = { width, height };
  const options = { canvas, gpu, network_name: `anime4k/cnn-2x-${size}`, weights, resolution, debug: true };
  const websr = new create(options);
  await websr.render(bitmap);
  // in the task that drew it: later the canvas is empty
  const copy = new OffscreenCanvas(2 * width, 2 * height).getContext("2d")!;
  copy.drawImage(canvas, 0, 0);
  const pixels = [...copy.getImageData(0, 0, 2 * width, 2 * height).data];
  const residuals: number[][] = [];
  for (const name of names) residuals.push([...(await websr.context.readBuffer(name))]);
  gpu.destroy();
  return { pixels, residuals };
}

declare global {
  /** The page's door. */
  var renderWebsr: typeof render;
}

globalThis.renderWebsr = render;
