/** Figures as a table. */

import type { GpuFigure } from "./measure.ts";

/** The first line. The ratio is to onnxruntime of the same model, in the median; levels are those by which a frame differs from the CPU engine's at most. */
export const gpuTableHead: string =
  "engine                                size  ms a frame     least  GMAC/s   of peak     ratio  levels off";

/** The lines of one size. */
export function gpuTableRows(figures: readonly GpuFigure[]): string {
  return figures
    .map(({ engine, size, median, least, worst, macs, peak }) => {
      const model = engine.split(" ").at(-1);
      const theirs = figures.find(
        (other) => other.engine.startsWith("onnxruntime-") && other.engine.endsWith(` ${model}`),
      );
      return [
        engine.padEnd(32),
        `${size.width}×${size.height}`.padStart(10),
        median.toFixed(2).padStart(12),
        least.toFixed(2).padStart(10),
        (macs === undefined ? "–" : (macs / 1e9).toFixed(3)).padStart(8),
        (macs === undefined ? "–" : `${((100 * macs) / peak).toFixed(1)} %`).padStart(10),
        (theirs ? `${(theirs.median / median).toFixed(1)}×` : "–").padStart(10),
        (worst === undefined ? "–" : String(worst)).padStart(12),
      ].join("");
    })
    .join("\n");
}
