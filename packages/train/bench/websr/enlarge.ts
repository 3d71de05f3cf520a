/** Enlarging pictures with WebSR's networks on the kernels here. */

import { countMacs, tensor } from "@tatami/graph";
import { createModelRunner } from "@tatami/runtime/programs";
import type { FloatPicture } from "../../src/data/camera/blur.ts";
import type { CompressiblePicture } from "../../src/data/camera/compress.ts";
import type { EnlargeDecoded } from "../../src/data/camera/evaluate-compressed.ts";
import { planeOf } from "../../src/data/camera/frame-sequence.ts";
import { resizePicture } from "../../src/data/camera/reduce.ts";
import { roundLevels } from "../../src/data/luma.ts";
import type { Picture } from "../../src/data/luma.ts";
import type { CompiledKernels } from "../../src/run/kernels.ts";
import { createWebsrModel, readWebsrWeights } from "./network.ts";
import type { WebsrKind, WebsrSize } from "./network.ts";

/** A network of WebSR's, ready to run. */
export interface WebsrNetwork {
  readonly name: string;
  /** Multiply-accumulates a pixel of the small picture. */
  readonly macs: number;
  /** What the network adds to RGB enlarged bilinearly, in levels: one plane for all three colours, or a plane each. */
  residual(picture: Picture | FloatPicture): FloatPlanes;
  /** RGB enlarged ×2, of 8 bits as WebSR's canvas is. */
  enlarge(picture: Picture): Picture;
  /**
   * The luma of a decoded picture enlarged ×2, neither the network's input nor what it gives limited to what RGB of
   * 8 bits can hold. WebSR limits both, which costs what lies outside up to 1.6 dB, and has nothing to do with the network.
   */
  readonly enlargeDecoded: EnlargeDecoded;
}

/** Planes one after the other. */
export interface FloatPlanes {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Reads and builds one of the package's networks. */
export async function createWebsrNetwork(
  compiled: CompiledKernels,
  size: WebsrSize,
  kind: WebsrKind,
): Promise<WebsrNetwork> {
  const model = createWebsrModel(size, await readWebsrWeights(size, kind));
  const runner = createModelRunner(compiled, model);
  const residual = ({ width, height, data }: Picture | FloatPicture): FloatPlanes => {
    const area = width * height;
    const planes = new Float32Array(3 * area);
    for (let i = 0; i < planes.length; i++) planes[(i % 3) * area + Math.floor(i / 3)] = data[i]! / 255;
    const added = runner.run(tensor([1, 3, height, width], planes));
    return { width: 2 * width, height: 2 * height, data: added.data.map((value) => value * 255) };
  };
  return {
    name: `websr-${size}-${kind}`,
    macs: countMacs(model, { width: 1, height: 1 }),
    residual,
    enlarge: (picture) => addTo(enlargeBilinear(picture), residual(picture)),
    enlargeDecoded: (low, decoded) => {
      const enlarged = enlargeBilinear({ ...low, channels: 1 });
      const added = lumaOfPlanar(residual(toRgb(decoded)));
      return { ...enlarged, data: enlarged.data.map((value, i) => value + added[i]!) };
    },
  };
}

function enlargeBilinear(picture: Picture | FloatPicture): FloatPicture {
  const size = { width: 2 * picture.width, height: 2 * picture.height };
  return resizePicture({ ...picture, data: Float32Array.from(picture.data) }, size, "bilinear");
}

/** Rounded to 8 bits, and cut off beyond them. */
function addTo({ width, height, data }: FloatPicture, added: FloatPlanes): Picture {
  const area = width * height;
  const grey = added.data.length === area;
  for (let i = 0; i < data.length; i++)
    data[i]! += added.data[Math.floor(i / 3) + (grey ? 0 : (i % 3) * area)]!;
  return { width, height, channels: 3, data: roundLevels(data, new Uint8Array(data.length)) };
}

/** Luma's part of what is added (BT.601 in studio range, as `lumaOf`, without its offset). */
function lumaOfPlanar({ width, height, data }: FloatPlanes): Float32Array {
  const area = width * height;
  const [green, blue] = data.length === area ? [0, 0] : [area, 2 * area];
  return Float32Array.from(
    { length: area },
    (_, i) => (65.481 * data[i]! + 128.553 * data[green + i]! + 24.966 * data[blue + i]!) / 255,
  );
}

/** RGB, not limited to 0..255: BT.601 in studio range (`toI420`'s inverse), chroma enlarged bilinearly. */
function toRgb(picture: CompressiblePicture): FloatPicture {
  const { width, height } = picture;
  const luma = planeOf(picture, 0).data;
  const [blue, red] = ([1, 2] as const).map((index) => {
    const plane = planeOf(picture, index);
    return resizePicture({ ...plane, data: Float32Array.from(plane.data) }, { width, height }, "bilinear")
      .data;
  }) as [Float32Array, Float32Array];
  const data = new Float32Array(3 * width * height);
  for (let i = 0, p = 0; i < luma.length; i++, p += 3) {
    const light = (255 / 219) * (luma[i]! - 16);
    const [cb, cr] = [(255 / 112) * (blue[i]! - 128), (255 / 112) * (red[i]! - 128)];
    data[p] = light + 0.701 * cr;
    data[p + 1] = light - (0.114 * 0.886 * cb + 0.299 * 0.701 * cr) / 0.587;
    data[p + 2] = light + 0.886 * cb;
  }
  return { width, height, channels: 3, data };
}
