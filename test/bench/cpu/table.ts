/** Figures as a table. */

import type { CpuFigure } from "./measure.ts";

/**
 * The first line. Milliseconds, multiply-accumulates and ratio are the median round's; then the quickest round's; then
 * the least processor time of all threads (in Node), which a busy machine disturbs least.
 */
export const cpuTableHead: string =
  "model       size threads  engine                       cut patches  ms a frame  GMAC/s  ratio   least  ratio  CPU ms  ratio";

/** The lines of one model, size and thread count; ratios are to the faster way of onnxruntime-web. */
export function cpuTableRows(figures: readonly CpuFigure[]): string {
  const theirs = figures.filter(({ engine }) => engine.startsWith("onnxruntime-web"));
  const best = (of: (figure: CpuFigure) => number): number => Math.min(...theirs.map(of));
  const [median0, least0] = [best(({ median }) => median), best(({ least }) => least)];
  const processor0 = best(({ processor }) => processor ?? 0);
  return figures
    .map(({ model, size, threads, engine, cut, patches, median, least, processor, macs }) =>
      [
        model.padEnd(5),
        `${size.width}×${size.height}`.padStart(11),
        String(threads).padStart(8),
        `  ${engine}`.padEnd(26),
        cut.padStart(9),
        String(patches).padStart(8),
        median.toFixed(1).padStart(12),
        (macs / 1e9).toFixed(2).padStart(8),
        `${(median0 / median).toFixed(2)}×`.padStart(7),
        least.toFixed(1).padStart(8),
        `${(least0 / least).toFixed(2)}×`.padStart(7),
        (processor?.toFixed(1) ?? "–").padStart(8),
        (processor ? `${(processor0 / processor).toFixed(2)}×` : "–").padStart(7),
      ].join(""),
    )
    .join("\n");
}
