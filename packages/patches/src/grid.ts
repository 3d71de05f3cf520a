/** Cuts a frame into windows of one size whose kept parts tile it exactly. */

import type { Rect, Size } from "@tatami/core";
import { checkInteger, invalidOption } from "@tatami/core";

/** One patch of a frame: what the model reads, and what of its result is kept. In source pixels. */
export interface GridPatch {
  readonly window: Rect;
  readonly kept: Rect;
}

/** How a frame is cut. Every window has the size {@link Grid.window}. */
export interface Grid {
  readonly frame: Size;
  readonly window: Size;
  readonly patches: readonly GridPatch[];
}

/** What a grid is made from. */
export interface GridOptions {
  readonly frame: Size;
  /** Longest side of a window in source pixels, the halo included; a smaller frame is one window. */
  readonly patchSize: number;
  /** Context a kept pixel needs on each side: the model's receptive field radius. */
  readonly halo: number;
}

/**
 * Plans the patches of a frame.
 *
 * Windows are clamped to the frame, never padded: at the frame's own border the model must see its own
 * zero padding (papers.md 6.1.9), and every kept pixel elsewhere has a whole halo around it. So the
 * tiled result equals the whole-frame result bit for bit, for every size, one pixel included.
 *
 * @throws TatamiError `invalid-option` when `patchSize` leaves nothing between its halos.
 */
export function planGrid(options: GridOptions): Grid {
  const { frame, halo } = options;
  const width = checkInteger("frame.width", frame.width, 1);
  const height = checkInteger("frame.height", frame.height, 1);
  const columns = spans(width, options.patchSize, halo);
  const rows = spans(height, options.patchSize, halo);
  const patches = rows.flatMap((row) =>
    columns.map((column) => ({
      window: { x: column.start, y: row.start, width: column.length, height: row.length },
      kept: {
        x: column.from,
        y: row.from,
        width: column.to - column.from,
        height: row.to - row.from,
      },
    })),
  );
  const [column, row] = [columns[0]!, rows[0]!];
  return { frame, window: { width: column.length, height: row.length }, patches };
}

/** Windows computed over the frame's own pixels: 1 is no overlap at all. */
export function overlapOf(grid: Grid): number {
  const computed = grid.patches.length * grid.window.width * grid.window.height;
  return computed / (grid.frame.width * grid.frame.height);
}

interface Span {
  readonly start: number;
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

// As few windows as the patch size allows, and each as short as that number allows: without this a
// frame a little longer than one patch would be computed almost twice.
function spans(extent: number, patchSize: number, halo: number): Span[] {
  if (extent <= patchSize) return [{ start: 0, length: extent, from: 0, to: extent }];
  if (!Number.isInteger(patchSize) || patchSize <= 2 * halo) {
    throw invalidOption(
      "options.patchSize",
      `a whole number above ${2 * halo}, twice the model's halo`,
      patchSize,
      `Set options.patchSize to ${4 * halo} or more, or leave it out.`,
    );
  }
  const count = Math.ceil((extent - 2 * halo) / (patchSize - 2 * halo));
  const length = Math.ceil((extent - 2 * halo) / count) + 2 * halo;
  const result: Span[] = [];
  let from = 0;
  while (from < extent) {
    const start = Math.min(Math.max(from - halo, 0), extent - length);
    const end = start + length;
    const to = end === extent ? extent : end - halo;
    result.push({ start, length, from, to });
    from = to;
  }
  return result;
}
