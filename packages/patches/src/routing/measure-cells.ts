/**
 * How hard each cell of a frame is: the energy of what a small network adds to the bicubic filter. Where a small network
 * adds much, a large one adds more; no cheaper measure of the input alone ranks cells as well (`bench/routing.ts`).
 */

import type { AnyPlane } from "@tatami/core";
import { copyRows, rowsOf, scaleSize } from "@tatami/core";
import type { BytePlane } from "@tatami/kernels";
import { createReuseKernels } from "@tatami/kernels";
import type { Grid, GridPatch } from "../grid.ts";

/** Side of a cell in source pixels: smaller ones rank better, and cost more context; below 8 the context takes it all. */
export const cellSide = 8;

/** Cells of a frame, row after row; those in its last column and row may be cut off by its border. */
export interface CellGrid {
  readonly columns: number;
  readonly rows: number;
}

/** The cells that a frame of this size has. */
export function cellsOf({ width, height }: { readonly width: number; readonly height: number }): CellGrid {
  return { columns: Math.ceil(width / cellSide), rows: Math.ceil(height / cellSide) };
}

/** Measures cells of frames that are cut in one way. */
export interface CellMeter {
  readonly grid: Grid;
  /**
   * Mean squares of (target − bicubic enlargement of the source) of every cell, in levels² of 8 bits an enlarged pixel. Only what the
   * named patches keep is looked at; a cell that none of them reaches is 0.
   *
   * @param source luma of the grid's extended size
   * @param target what a network made of it, scale times the frame's size
   * @param patches indices in the grid
   */
  measure(source: AnyPlane, target: AnyPlane, patches: readonly number[]): Float32Array;
}

/**
 * Prepares for one grid.
 *
 * @param bits of the samples that will be measured
 * @throws TatamiError `unsupported-environment` without WebAssembly SIMD.
 */
export async function createCellMeter(grid: Grid, scale: number, bits = 8): Promise<CellMeter> {
  const { window, frame, patches } = grid;
  const kernels = await createReuseKernels(scale, window.width, bits);
  const wide = kernels.sampleBytes;
  const larger = scaleSize(window, scale);
  const room = ({ width, height }: { readonly width: number; readonly height: number }): BytePlane => ({
    address: kernels.take(width * height * wide),
    stride: width * wide,
  });
  const [input, nothing] = [room(window), room(window)];
  const [zeros, filtered, made] = [room(larger), room(larger), room(larger)];
  const load = (
    plane: AnyPlane,
    x: number,
    y: number,
    width: number,
    height: number,
    to: BytePlane,
  ): void => {
    const { data, stride } = rowsOf(plane);
    copyRows(
      { data: data.subarray(y * stride + x * wide), stride },
      { data: kernels.bytes().subarray(to.address), stride: to.stride },
      width * wide,
      height,
    );
  };
  const { columns, rows } = cellsOf(frame);
  const sums = new Float64Array(columns * rows);
  const areas = new Float64Array(columns * rows);
  const addPatch = (source: AnyPlane, target: AnyPlane, patch: GridPatch): void => {
    const { kept } = patch;
    const size = scaleSize(kept, scale);
    load(source, patch.window.x, patch.window.y, window.width, window.height, input);
    load(target, kept.x * scale, kept.y * scale, size.width, size.height, made);
    const inner = { ...kept, x: kept.x - patch.window.x, y: kept.y - patch.window.y };
    // the filter of a picture is what is carried over where there was nothing before
    kernels.carry({ current: input, before: nothing, window, kept: inner, result: zeros, target: filtered });
    const [right, bottom] = [kept.x + kept.width, kept.y + kept.height];
    for (let y = kept.y; y < bottom;) {
      const row = Math.floor(y / cellSide);
      const end = Math.min(bottom, (row + 1) * cellSide);
      for (let x = kept.x; x < right;) {
        const cell = row * columns + Math.floor(x / cellSide);
        const to = Math.min(right, (Math.floor(x / cellSide) + 1) * cellSide);
        const at = ((y - kept.y) * larger.width + x - kept.x) * scale * wide;
        const part = { width: (to - x) * scale, height: (end - y) * scale };
        sums[cell]! += kernels.squareDifference(
          { address: made.address + at, stride: made.stride },
          { address: filtered.address + at, stride: filtered.stride },
          part,
        );
        areas[cell]! += part.width * part.height;
        x = to;
      }
      y = end;
    }
  };
  return {
    grid,
    measure(source, target, some) {
      sums.fill(0);
      areas.fill(0);
      for (const index of some) addPatch(source, target, patches[index]!);
      return Float32Array.from(sums, (sum, cell) => (areas[cell] === 0 ? 0 : sum / areas[cell]!));
    },
  };
}
