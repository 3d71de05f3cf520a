/** Which buffer each layer writes: few, used again as soon as nobody reads them any more. */

import type { Chain } from "@tatami/kernels";

/** Where a chain's layers but the last have their output. */
export interface FeaturePlan {
  /** Index of the buffer that each layer but the last writes. */
  readonly buffers: readonly number[];
  /** Groups of four channels that each buffer holds. */
  readonly groups: readonly number[];
  /** Bytes of such a group, for one pixel. */
  readonly vectorBytes: readonly number[];
}

/**
 * Assigns buffers. A layer never writes what it, or a later layer, still reads; and since borders stay as they begin,
 * a buffer holds vectors of one size only.
 *
 * @param bytes of four channels of a pixel, by layer
 */
export function planFeatures(
  { layers }: Chain,
  bytes: readonly number[] = layers.map(() => 16),
): FeaturePlan {
  const lastRead = layers.map((_, index) => index + 1);
  layers.forEach(({ residual }, index) => {
    if (residual !== undefined) lastRead[residual] = Math.max(lastRead[residual]!, index);
  });
  const groups: number[] = [];
  const vectorBytes: number[] = [];
  const freeFrom: number[] = [];
  const buffers = layers.slice(0, -1).map((layer, index) => {
    const free = freeFrom.findIndex((from, held) => from <= index && vectorBytes[held] === bytes[index]);
    const buffer = free < 0 ? groups.length : free;
    groups[buffer] = Math.max(groups[buffer] ?? 0, Math.ceil(layer.outputs / 4));
    vectorBytes[buffer] = bytes[index]!;
    freeFrom[buffer] = lastRead[index]! + 1;
    return buffer;
  });
  return { buffers, groups, vectorBytes };
}
