/** The frame processor beside the same arithmetic on the CPU. */

import type { Model } from "@tatami/graph";
import type { FrameProcessor, FrameSource } from "@tatami/runtime";
import { createFrameProcessor } from "@tatami/runtime";
import { createUpscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { compare, enlargeOnCpu } from "../enlarge-on-cpu.ts";
import { readTexture, toPng } from "../read-texture.ts";
import { lumaOf, yuvFrame } from "../yuv-frame.ts";

/** What one frame showed. */
export interface FrameOutcome {
  readonly width: number;
  readonly height: number;
  /** Largest difference from the CPU, in levels of R′G′B′. */
  readonly worst: number;
  /** Mean difference. */
  readonly mean: number;
  /** Readbacks and submits that the processor made for it. */
  readonly submits: number;
  readonly picture: string;
}

/** How a picture is handed over. */
export type SourceKind = "texture" | "imageBitmap" | "imageData" | "canvas" | "videoFrame";

let submits = 0;
const { submit } = GPUQueue.prototype;
GPUQueue.prototype.submit = function (...args) {
  submits++;
  return submit.apply(this, args);
};

const opened = new Map<number, Promise<FrameProcessor>>();
const model = (): Promise<Model> => loadModel("m3-x2");

async function processorFor(mostBufferBytes: number): Promise<FrameProcessor> {
  const known = opened.get(mostBufferBytes);
  if (known) return known;
  const made = createFrameProcessor({ model: await model(), acceptSoftwareAdapter: true, mostBufferBytes });
  opened.set(mostBufferBytes, made);
  return made;
}

/** Enlarges a drawn picture of a size, given in some way, and compares. */
async function enlarge(
  kind: SourceKind,
  width: number,
  height: number,
  into: "own" | "canvas",
  mostBytes = 2 ** 30,
  strength = 1,
) {
  const processor = await processorFor(mostBytes);
  processor.setStrength(strength);
  const picture = draw(width, height);
  const expected = enlargeOnCpu(await model(), picture, false, strength);
  const source = await hand(processor.device, picture, kind);
  const size = { width: 2 * width, height: 2 * height };
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext("webgpu") as unknown as GPUCanvasContext;
  // RENDER_ATTACHMENT, COPY_SRC
  context.configure({ device: processor.device, format: "rgba8unorm", usage: 16 | 1 });
  await processor.process(source, context);
  submits = 0;
  const drawn = await processor.process(source, into === "canvas" ? context : undefined);
  const used = submits;
  const seen = await readTexture(
    processor.device,
    into === "canvas" ? await processor.process(source) : drawn,
  );
  if ("close" in source) source.close();
  return {
    ...compare(seen, expected),
    ...size,
    submits: used,
    picture: await toPng(seen, size.width),
  } satisfies FrameOutcome;
}

/** A VideoFrame in, a VideoFrame out; its luma beside that of the CPU path. */
async function enlargeVideoFrame(width: number, height: number) {
  const processor = await processorFor(2 ** 30);
  processor.setStrength(1);
  await using upscaler = await createUpscaler({
    model: await model(),
    backends: ["wasm"],
    threads: 1,
    reuse: "off",
  });
  const source = yuvFrame(width, height, 40_000);
  const larger = await processor.toVideoFrame(source);
  const right = await upscaler.frame(source);
  const [seen, expected] = [await lumaOf(larger), await lumaOf(right)];
  const outcome = {
    size: [larger.displayWidth, larger.displayHeight],
    timestamp: larger.timestamp,
    ...compare(seen, expected),
  };
  larger.close();
  right.close();
  return outcome;
}

/** What a wrong target and a destroyed device end in. */
async function troubles() {
  const processor = await createFrameProcessor({ model: await model(), acceptSoftwareAdapter: true });
  const picture = draw(20, 10);
  const texture = processor.device.createTexture({ size: [30, 20], format: "rgba8unorm", usage: 16 });
  const code = (error: { code?: string }): string => error.code ?? String(error);
  const wrongSize = await processor.process(picture, texture).then(() => "drawn", code);
  processor.device.destroy();
  const lost = (await processor.lost).code;
  const afterwards = await processor.process(picture).then(() => "drawn", code);
  await processor[Symbol.asyncDispose]();
  return [wrongSize, lost, afterwards];
}

function draw(width: number, height: number): ImageData {
  const picture = new ImageData(width, height);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i += 4) {
      const edge = (x >> 3) + (y >> 2) * 3;
      picture.data.set([(x * 255) / width, (y * 255) / height, edge % 2 ? 200 : 40, 255], i);
      if (Math.hypot(x - width / 2, y - height / 2) < height / 4) picture.data.set([230, 60, 20], i);
    }
  return picture;
}

async function hand(device: GPUDevice, picture: ImageData, kind: SourceKind): Promise<FrameSource> {
  const { width, height } = picture;
  if (kind === "imageData") return picture;
  if (kind === "imageBitmap") return createImageBitmap(picture);
  if (kind === "videoFrame") {
    const init = { format: "RGBA", codedWidth: width, codedHeight: height, timestamp: 0 } as const;
    return new VideoFrame(picture.data, {
      ...init,
      colorSpace: { primaries: "bt709", transfer: "iec61966-2-1" },
    });
  }
  if (kind === "canvas") {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d")!.putImageData(picture, 0, 0);
    return canvas;
  }
  // TEXTURE_BINDING, COPY_DST
  const texture = device.createTexture({ size: [width, height], format: "rgba8unorm", usage: 4 | 2 });
  device.queue.writeTexture({ texture }, picture.data, { bytesPerRow: width * 4 }, [width, height]);
  return texture;
}

Object.assign(globalThis, { enlarge, enlargeVideoFrame, troubles });
