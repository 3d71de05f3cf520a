/** `npm run bench:gpu`: the GPU engines on this page's adapter. */

import { openPeers } from "../../../bench/gpu/peers.ts";
import type { GpuBench, GpuFigure } from "../../../bench/gpu/measure.ts";
import { measureGpu } from "../../../bench/gpu/measure.ts";

/** Measures; what is known is told to the process that opened the page. */
function measure(bench: GpuBench): Promise<readonly string[]> {
  const { tell } = globalThis as unknown as { tell: (figures: readonly GpuFigure[]) => Promise<void> };
  return measureGpu(
    bench,
    (size) => openPeers(size, bench.peers),
    (figures) => void tell(figures),
  );
}

Object.assign(globalThis, { measure });
