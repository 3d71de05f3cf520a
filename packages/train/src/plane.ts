/** Padded planes in the kernels' memory: what convolutions read and write. */

import type { Block, Kernels } from "./kernels.ts";

/** Zeros kept on every side: the radius of the largest kernel. */
const BORDER = 2;
/** Pixels that kernels compute together; rows have room for whole groups. */
const GROUP = 12;

/** A picture of 1, 4 or 16 float channels, pixel by pixel, inside a zero border. */
export interface PaddedPlane {
  readonly block: Block;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Address of the picture's first pixel. */
  readonly interior: number;
}

/** A plane of zeros. Only its interior is ever written, so its border stays zero. */
export function createPaddedPlane(
  kernels: Kernels,
  width: number,
  height: number,
  channels: number,
): PaddedPlane {
  const columns = Math.ceil(width / GROUP) * GROUP + 2 * BORDER;
  const stride = columns * channels * 4;
  const block = kernels.allocate(columns * (height + 2 * BORDER) * channels);
  const interior = block.address + BORDER * (stride + channels * 4);
  return { block, channels, width, height, stride, interior };
}

/** The address from which a kernel of this size reads its first output: up and left by its radius. */
export function readingStart(plane: PaddedPlane, kernel: number): number {
  const radius = (kernel - 1) / 2;
  return plane.interior - radius * (plane.stride + plane.channels * 4);
}

/** Copies a picture `[height][width][channels]` into the interior. */
export function fillPlane(plane: PaddedPlane, values: Float32Array): void {
  const floats = plane.block.floats();
  const first = (plane.interior - plane.block.address) / 4;
  const row = plane.width * plane.channels;
  for (let y = 0; y < plane.height; y++) {
    floats.set(values.subarray(y * row, (y + 1) * row), first + (y * plane.stride) / 4);
  }
}

/** The picture `[height][width][channels]` without its border. */
export function readPlane(plane: PaddedPlane): Float32Array {
  const floats = plane.block.floats();
  const first = (plane.interior - plane.block.address) / 4;
  const row = plane.width * plane.channels;
  const values = new Float32Array(row * plane.height);
  for (let y = 0; y < plane.height; y++) {
    const start = first + (y * plane.stride) / 4;
    values.set(floats.subarray(start, start + row), y * row);
  }
  return values;
}
