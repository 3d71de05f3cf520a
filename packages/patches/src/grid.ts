/** Cuts a frame into windows of one size whose kept parts tile it exactly. */

import type { AnyPlane, Rect, Size } from "@tatami/core";
import { checkInteger, copyRows, createPlaneLike, invalidOption, rowsOf } from "@tatami/core";

/** One patch of a frame: what the model reads, and what of its result is kept. In source pixels. */
export interface GridPatch {
  readonly window: Rect;
  readonly kept: Rect;
}

/** How a frame is cut. Every window has the size {@link Grid.window}. */
export interface Grid {
  readonly frame: Size;
  /**
   * What the windows lie in: the frame with its sides rounded up to the alignment. The luma that is handed to a model
   * has this size, see {@link extendPlane}; what is kept ends at the frame's own border.
   */
  readonly extended: Size;
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
  /** What windows begin at multiples of, and are multiples of in width and height: the model's. @defaultValue 1 */
  readonly alignment?: number | undefined;
}

/**
 * Plans the patches of a frame.
 *
 * Windows are clamped to the extended frame, never padded with zeros: at the border of what the model is given it must
 * see its own zero padding (papers.md 6.1.9), and every kept pixel elsewhere has a whole halo around it. So the
 * tiled result equals the whole-frame result bit for bit, for every size, one pixel included.
 *
 * @throws TatamiError `invalid-option` when `patchSize`, rounded down to the alignment, leaves nothing between its halos.
 */
export function planGrid(options: GridOptions): Grid {
  const { frame, patchSize, halo } = options;
  const width = checkInteger("frame.width", frame.width, 1);
  const height = checkInteger("frame.height", frame.height, 1);
  const alignment = checkInteger("options.alignment", options.alignment ?? 1, 1);
  const columns = spans(width, patchSize, halo, alignment);
  const rows = spans(height, patchSize, halo, alignment);
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
  const extended = { width: roundUp(width, alignment), height: roundUp(height, alignment) };
  return { frame, extended, window: { width: column.length, height: row.length }, patches };
}

/**
 * A plane continued to the right and below until it has this size: its last column and row are repeated. The same plane,
 * not a copy, where it has the size already.
 *
 * Repeated, because a model sees whatever lies there: zeros would be a black edge along the picture's border, while a
 * border that goes on as it is adds none. Mirroring would do as well but for pictures smaller than what is added.
 *
 * @param size as wide and high as the plane or more
 */
export function extendPlane<P extends AnyPlane>(plane: P, { width, height }: Size): P {
  if (plane.width === width && plane.height === height) return plane;
  const larger = createPlaneLike(plane, { width, height });
  const { data } = larger;
  copyRows(rowsOf(plane), rowsOf(larger), plane.width * data.BYTES_PER_ELEMENT, plane.height);
  for (let end = width; end <= plane.height * width; end += width) {
    const border = end - width + plane.width;
    data.fill(data[border - 1]!, border, end);
  }
  const last = (plane.height - 1) * width;
  for (let y = plane.height; y < height; y++) data.copyWithin(y * width, last, last + width);
  return larger;
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
// frame a little longer than one patch would be computed almost twice. All in multiples of the alignment.
function spans(side: number, patchSize: number, halo: number, alignment: number): Span[] {
  const extent = Math.ceil(side / alignment);
  const most = Math.floor(patchSize / alignment);
  if (extent <= most) return [{ start: 0, length: extent * alignment, from: 0, to: side }];
  const around = 2 * Math.ceil(halo / alignment);
  if (!Number.isInteger(patchSize) || most <= around)
    throw tooSmall(patchSize, around * alignment, alignment);
  const count = Math.ceil((extent - around) / (most - around));
  const length = Math.ceil((extent - around) / count) + around;
  const result: Span[] = [];
  let from = 0;
  while (from < extent) {
    const start = Math.min(Math.max(from - around / 2, 0), extent - length);
    const end = start + length;
    const to = end === extent ? extent : end - around / 2;
    result.push({
      start: start * alignment,
      length: length * alignment,
      from: from * alignment,
      to: Math.min(to * alignment, side),
    });
    from = to;
  }
  return result;
}

function tooSmall(patchSize: number, around: number, alignment: number): Error {
  const aligned = alignment > 1 ? ` with room for its alignment of ${alignment}` : "";
  return invalidOption(
    "options.patchSize",
    `a whole number above ${around + alignment - 1}, twice the model's halo${aligned}`,
    patchSize,
    `Set options.patchSize to ${Math.max(2 * around, around + alignment)} or more, or leave it out.`,
  );
}

function roundUp(length: number, multiple: number): number {
  return Math.ceil(length / multiple) * multiple;
}
