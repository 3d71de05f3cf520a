/** Padded planes in the training kernels' memory: what convolutions read and write. */

import { planeLayout, scratchLayout } from "../generated/layouts.ts";
import { listFields } from "../layout.ts";
import type { Block, TrainingKernels } from "./instance.ts";

/**
 * Zeros kept beyond the radius at the right and below: kernels compute up to eight pixels of a row at once, and rows of
 * tiles four high, and so read and write beyond the picture.
 */
const right = 8;
const bottom = 4;

/** A picture of float channels, pixel by pixel, inside a border of zeros. */
export interface PaddedPlane {
  /** Address of its description, which kernels take. */
  readonly address: number;
  readonly block: Block;
  /** One, or a multiple of four. */
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  /** Floats before the picture's first, and from one row to the next. */
  readonly start: number;
  readonly stride: number;
}

/**
 * A plane of zeros.
 *
 * @param channels one, or a multiple of four
 * @param radius of the largest kernel that reads the plane, 1 at least. @defaultValue 2, for kernels of 5×5
 */
export function createPaddedPlane(
  kernels: TrainingKernels,
  width: number,
  height: number,
  channels: number,
  radius = 2,
): PaddedPlane {
  const stride = (radius + width + radius + right) * channels;
  const start = radius * stride + radius * channels;
  const block = kernels.allocate(stride * (radius + height + radius + bottom));
  const address = kernels.describe(
    listFields(planeLayout, {
      interior: block.address + start * 4,
      stride: stride * 4,
      pixel: channels * 4,
      width,
      height,
    }),
  );
  return { address, block, channels, width, height, start, stride };
}

/** Copies a picture `[height][width][channels]` into a plane. */
export function fillPlane(plane: PaddedPlane, values: Float32Array): void {
  const floats = plane.block.floats();
  const row = plane.width * plane.channels;
  for (let y = 0; y < plane.height; y++)
    floats.set(values.subarray(y * row, (y + 1) * row), plane.start + y * plane.stride);
}

/** The picture `[height][width][channels]` without its border. */
export function readPlane(plane: PaddedPlane): Float32Array {
  const floats = plane.block.floats();
  const row = plane.width * plane.channels;
  const values = new Float32Array(row * plane.height);
  for (let y = 0; y < plane.height; y++) {
    const from = plane.start + y * plane.stride;
    values.set(floats.subarray(from, from + row), y * row);
  }
  return values;
}

/** Tiles that Winograd passes work on in one go: their products stay in the second-level cache. */
const tiles = 24;

/** Working memory for planes of at most so many channels. Returns the address of its description. */
export function createScratch(kernels: TrainingKernels, channels: number): number {
  const columns = kernels.allocate(6 * (tiles * 4 + 2) * channels);
  const [v, m] = [kernels.allocate(36 * tiles * channels), kernels.allocate(36 * tiles * channels)];
  const table = kernels.allocate(128);
  return kernels.describe(
    listFields(scratchLayout, {
      tiles,
      columns: columns.address,
      v: v.address,
      m: m.address,
      table: table.address,
    }),
  );
}
