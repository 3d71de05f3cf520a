/** Choosing what to learn from: the sharpest frames, and such as differ from one another. */

import type { FrameSequence } from "../data/camera/frame-sequence.ts";
import { cutFrame, planeOf } from "../data/camera/frame-sequence.ts";
import { resizeBicubic } from "../data/bicubic.ts";
import type { Picture } from "../data/luma.ts";

/** The middle frame of a sequence is the one that is learned from; the others are what a codec predicts it from. */
export function keptIndex({ frames }: FrameSequence): number {
  return Math.floor(frames.length / 2);
}

/** The luma of the frame that is learned from. */
export function keptLuma(sequence: FrameSequence): Picture {
  return planeOf(sequence.frames[keptIndex(sequence)]!, 0);
}

/**
 * At most `count` sequences out of the sharper half: the sharpest first, then always the one that differs most from
 * all that were chosen before it.
 */
export function chooseFrames(candidates: readonly FrameSequence[], count: number): readonly FrameSequence[] {
  const rated = candidates
    .map((sequence) => {
      const luma = keptLuma(sequence);
      return { sequence, sharpness: sharpnessOf(luma), thumbnail: resizeBicubic(luma, 24, 16).data };
    })
    .sort((a, b) => b.sharpness - a.sharpness);
  const left = rated.slice(0, Math.max(count, Math.ceil(rated.length / 2)));
  const distances = left.map(() => Infinity);
  const chosen: FrameSequence[] = [];
  while (chosen.length < count && left.length > 0) {
    const at = distances.indexOf(Math.max(...distances));
    const [found] = left.splice(at, 1);
    distances.splice(at, 1);
    chosen.push(found!.sequence);
    left.forEach(({ thumbnail }, index) => {
      distances[index] = Math.min(distances[index]!, difference(thumbnail, found!.thumbnail));
    });
  }
  return chosen;
}

/** Places tried along each side for a window. */
const places = 4;

/** The sharpest of several parts of a sequence's frames, the same part of each; all of it where it is no larger. */
export function sharpestPart(sequence: FrameSequence, side: number): FrameSequence {
  const luma = keptLuma(sequence);
  const even = (value: number): number => 2 * Math.floor(value / 2);
  const size = { width: even(Math.min(side, luma.width)), height: even(Math.min(side, luma.height)) };
  let best = { left: 0, top: 0, sharpness: -1 };
  for (let place = 0; place < places * places; place++) {
    const share = (index: number): number => index / (places - 1);
    const left = even((luma.width - size.width) * share(place % places));
    const top = even((luma.height - size.height) * share(Math.floor(place / places)));
    const part = cutFrame(sequence.frames[keptIndex(sequence)]!, left, top, size);
    const sharpness = sharpnessOf(planeOf(part, 0));
    if (sharpness > best.sharpness) best = { left, top, sharpness };
  }
  const frames = sequence.frames.map((frame) => cutFrame(frame, best.left, best.top, size));
  return { name: sequence.name, frames };
}

/** Mean square of the Laplacian at half the size, where noise and coding are weaker: the more detail, the higher. */
export function sharpnessOf(luma: Picture): number {
  const { width, height, data } = resizeBicubic(
    luma,
    Math.max(3, luma.width >> 1),
    Math.max(3, luma.height >> 1),
  );
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++)
      sum += (4 * data[i]! - data[i - 1]! - data[i + 1]! - data[i - width]! - data[i + width]!) ** 2;
  }
  return sum / ((width - 2) * (height - 2));
}

/** Mean difference in levels. */
function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
