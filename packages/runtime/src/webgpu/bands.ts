/** Windows cut into bands, where a whole one does not fit into the device's buffers. */

import type { Size } from "@tatami/core";
import { TatamiError } from "@tatami/core";

/** Full-width rows of a window that are computed together. */
export interface Band {
  /** First row that is read. */
  readonly top: number;
  /** First row of the window whose result is kept. */
  readonly from: number;
  /** One past the last row that is kept. */
  readonly to: number;
}

/** How windows are computed: all bands are equally high. */
export interface BandPlan {
  readonly height: number;
  readonly bands: readonly Band[];
  /** Bands computed at once. */
  readonly batch: number;
}

/**
 * Cuts a window into as few bands as fit.
 *
 * @param batch most bands at once
 * @param bytesAt bytes of the largest buffer for one band of so many rows
 * @param mostBytes of a buffer
 *
 * @throws TatamiError `out-of-memory` when not even a band as high as its halos fits.
 */
export function planBands(
  { width, height }: Size,
  halo: number,
  batch: number,
  bytesAt: (rows: number) => number,
  mostBytes: number,
): BandPlan {
  const fits = Math.floor(mostBytes / bytesAt(height));
  if (fits >= 1) return { height, bands: [{ top: 0, from: 0, to: height }], batch: Math.min(batch, fits) };
  let rows = height;
  while (rows > 0 && bytesAt(rows) > mostBytes) rows--;
  const inner = rows - 2 * halo;
  if (inner < 1)
    throw new TatamiError({
      code: "out-of-memory",
      message: `Rows ${width} pixels wide do not fit into this device's buffers of ${mostBytes} bytes.`,
      fix: "Give a smaller options.patchSize, or use another engine (options.backends).",
      detail: { width, height, mostBytes },
    });
  const count = Math.ceil(height / inner);
  const kept = Math.ceil(height / count);
  const high = Math.min(height, kept + 2 * halo);
  const bands = Array.from({ length: Math.ceil(height / kept) }, (_, index): Band => {
    const from = index * kept;
    const top = Math.min(Math.max(0, from - halo), height - high);
    return { top, from, to: Math.min(height, from + kept) };
  });
  return { height: high, bands, batch: 1 };
}
