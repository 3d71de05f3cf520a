/** Pictures as the bench of chroma needs them: the truth, what a video of half the size holds, and its luma enlarged. */

import type { Plane } from "@tatami/core";
import { compressPictures } from "@tatami/codecs/node";
import { resizeBicubic } from "../src/data/bicubic.ts";
import type { LumaPlane, Picture } from "../src/data/luma.ts";
import { cropToMultiple, roundLevels } from "../src/data/luma.ts";
import type { Enlarge } from "../src/report/evaluate.ts";

/** Luma and two chroma planes, 8 bits, studio range, BT.601. */
export interface YuvPlanes {
  readonly luma: Plane;
  readonly chroma: readonly [Plane, Plane];
}

/** One picture, reduced and perhaps compressed. */
export interface ChromaCase {
  readonly name: string;
  readonly truth: Picture;
  /** The truth at 4:2:0. */
  readonly high: YuvPlanes;
  readonly low: YuvPlanes;
  /** The small luma enlarged by the network. */
  readonly enlarged: Plane;
}

/** Makes a case of a colour picture; `quantizer` is H.264's constant rate factor, none: not compressed. */
export async function makeCase(
  name: string,
  picture: Picture,
  scale: number,
  enlarge: Enlarge,
  quantizer?: number,
): Promise<ChromaCase> {
  const truth = cropToMultiple(picture, 2 * scale);
  const small = toPlanes(resizeBicubic(truth, truth.width / scale, truth.height / scale));
  const low = quantizer === undefined ? small : await compressed(small, quantizer);
  const { width, height, data } = low.luma;
  const larger = enlarge({ width, height, data: Float32Array.from(data) });
  return { name, truth, high: toPlanes(truth), low, enlarged: toPlane(larger) };
}

/** Share of chroma samples whose right or lower neighbour differs by 16 levels or more in Cb or Cr. */
export function saturatedEdges({ chroma }: YuvPlanes): number {
  const { width, height } = chroma[0];
  let edges = 0;
  for (let y = 0; y + 1 < height; y++)
    for (let x = 0; x + 1 < width; x++) {
      const at = y * width + x;
      const step = ({ data }: Plane, to: number): number => Math.abs(data[at]! - data[to]!);
      if (chroma.some((plane) => step(plane, at + 1) >= 16 || step(plane, at + width) >= 16)) edges++;
    }
  return edges / (width * height);
}

/** RGB to 4:2:0 as encoders make it: chroma on the left pixel of a pair (1 2 1) and between two rows (1 1). */
export function toPlanes({ width, height, data }: Picture): YuvPlanes {
  const full = [0, 1, 2].map(() => new Float32Array(width * height));
  const [luma, blue, red] = full as [Float32Array, Float32Array, Float32Array];
  for (let i = 0, p = 0; i < luma.length; i++, p += 3) {
    const [r, g, b] = [data[p]! / 255, data[p + 1]! / 255, data[p + 2]! / 255];
    luma[i] = 16 + 65.481 * r + 128.553 * g + 24.966 * b;
    blue[i] = 128 - 37.797 * r - 74.203 * g + 112 * b;
    red[i] = 128 + 112 * r - 93.786 * g - 18.214 * b;
  }
  const halved = (plane: Float32Array): Plane => toPlane(halve({ width, height, data: plane }));
  return { luma: toPlane({ width, height, data: luma }), chroma: [halved(blue), halved(red)] };
}

function halve({ width, height, data }: LumaPlane): LumaPlane {
  const size = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const halved = new Float32Array(size.width * size.height);
  const at = (x: number, y: number): number =>
    data[Math.min(y, height - 1) * width + Math.min(Math.max(x, 0), width - 1)]!;
  for (let y = 0, i = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++, i++)
      for (const row of [2 * y, 2 * y + 1])
        halved[i]! += (at(2 * x - 1, row) + 2 * at(2 * x, row) + at(2 * x + 1, row)) / 8;
  return { ...size, data: halved };
}

/** The planes as a player shows them: chroma enlarged to 4:4:4 by straight lines between samples. */
export function toRgb({ luma, chroma }: YuvPlanes): Picture {
  const { width, height } = luma;
  const data = new Uint8Array(width * height * 3);
  const [blue, red] = chroma.map((plane) => doubled(plane, width, height)) as [Float32Array, Float32Array];
  for (let i = 0, p = 0; i < width * height; i++, p += 3) {
    const level = (255 / 219) * (luma.data[i]! - 16);
    const [b, r] = [(255 / 224) * (blue[i]! - 128), (255 / 224) * (red[i]! - 128)];
    const rgb = Float32Array.of(level + 1.402 * r, level - 0.344136 * b - 0.714136 * r, level + 1.772 * b);
    roundLevels(rgb, data.subarray(p, p + 3));
  }
  return { width, height, channels: 3, data };
}

function doubled(plane: Plane, width: number, height: number): Float32Array {
  const full = new Float32Array(width * height);
  const row = (y: number): number => Math.min(Math.max(y, 0), plane.height - 1) * plane.width;
  for (let y = 0, i = 0; y < height; y++) {
    // rows lie a quarter above and below the middle of their pair
    const [near, far] = [row(y >> 1), row((y >> 1) + (y % 2 ? 1 : -1))];
    const mixed = (x: number): number => 0.75 * plane.data[near + x]! + 0.25 * plane.data[far + x]!;
    for (let x = 0; x < width; x++, i++) {
      const left = mixed(x >> 1);
      full[i] = x % 2 === 0 ? left : (left + mixed(Math.min((x >> 1) + 1, plane.width - 1))) / 2;
    }
  }
  return full;
}

async function compressed({ luma, chroma }: YuvPlanes, quantizer: number): Promise<YuvPlanes> {
  const { width, height } = luma;
  const packed = new Uint8Array(luma.data.length + 2 * chroma[0].data.length);
  packed.set(luma.data);
  packed.set(chroma[0].data, luma.data.length);
  packed.set(chroma[1].data, luma.data.length + chroma[0].data.length);
  const [decoded] = await compressPictures([{ width, height, data: packed }], { codec: "avc", quantizer });
  let at = 0;
  const take = (plane: Plane): Plane => {
    at += plane.data.length;
    return { ...plane, data: decoded!.data.slice(at - plane.data.length, at) };
  };
  return { luma: take(luma), chroma: [take(chroma[0]), take(chroma[1])] };
}

function toPlane({ width, height, data }: LumaPlane): Plane {
  return { width, height, stride: width, data: roundLevels(data, new Uint8Array(data.length)) };
}
