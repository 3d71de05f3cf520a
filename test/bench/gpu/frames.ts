/** The frame processor for `npm run bench:gpu`: texture to texture, with and without reuse. */

import type { Size } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { countMacs } from "@tatami/graph";
import { createFrameProcessor } from "@tatami/runtime";

/** One contender ready for frames of one size. Dispose of it. */
export interface GpuRunner extends AsyncDisposable {
  readonly name: string;
  /** Multiply-accumulates of a frame, where they are known. */
  readonly macs: number | undefined;
  /** One frame; resolves when it is done. */
  frame(): Promise<unknown>;
  /** Levels by which its answer differs from the CPU engine's at most, where that can be said. */
  readonly worst?: number;
}

/** What becomes of the picture from frame to frame. */
const scenes = [
  ["frames", "off", "all"],
  ["frames exact, all change", "exact", "all"],
  ["frames exact, a spot", "exact", "spot"],
  ["frames exact, still", "exact", "none"],
  ["frames bounded, a spot", "bounded", "spot"],
] as const;

/** Opens a processor for each way of reusing, on a device of its own. */
export async function openFrames(name: string, model: Model, size: Size): Promise<readonly GpuRunner[]> {
  return Promise.all(
    scenes.map(async ([scene, reuse, changes]): Promise<GpuRunner> => {
      const processor = await createFrameProcessor({ model, reuse, acceptSoftwareAdapter: true });
      const { device } = processor;
      const textures = [0, 1].map((index) => {
        // TEXTURE_BINDING, COPY_DST
        const texture = device.createTexture({
          size: [size.width, size.height],
          format: "rgba8unorm",
          usage: 4 | 2,
        });
        const pixels = draw(size, changes === "none" ? 0 : index, changes === "spot");
        const bytesPerRow = size.width * 4;
        device.queue.writeTexture({ texture }, pixels, { bytesPerRow }, [size.width, size.height]);
        return texture;
      });
      let frames = 0;
      return {
        name: `${scene} ${name}`,
        macs: reuse === "off" ? countMacs(model, size) : undefined,
        async frame() {
          await processor.process(textures[frames++ % 2]!);
          await device.queue.onSubmittedWorkDone();
        },
        [Symbol.asyncDispose]: () => processor[Symbol.asyncDispose](),
      };
    }),
  );
}

/** Noise; with `spot` two versions differ in a few pixels only, a quarter of the way in. */
function draw({ width, height }: Size, version: number, spot: boolean): Uint8Array<ArrayBuffer> {
  const [spotX, spotY] = [width >> 2, height >> 2];
  return Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const pixel = i >> 2;
    const inSpot = Math.abs((pixel % width) - spotX) < 4 && Math.abs(Math.floor(pixel / width) - spotY) < 4;
    const salt = version > 0 && (!spot || inSpot) ? 7919 : 0;
    return ((pixel + salt) * 31 + ((pixel * pixel) >> 3)) & 255;
  });
}
