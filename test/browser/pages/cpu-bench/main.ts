/** `npm run bench:cpu -- --chromium`: the CPU engines, timed from the page's main thread. */

import type { CpuBench, CpuFigure } from "../../../bench/cpu/measure.ts";
import { measureCpu } from "../../../bench/cpu/measure.ts";

/** Measures; every figure is told to the process that opened the page. */
function measure(bench: CpuBench): Promise<readonly string[]> {
  const { tell } = globalThis as unknown as { tell: (figures: readonly CpuFigure[]) => Promise<void> };
  return measureCpu(bench, (figures) => void tell(figures));
}

Object.assign(globalThis, { measure });
