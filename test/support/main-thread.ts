/** Measures how long a page's main thread goes without answering. */

import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Page } from "playwright-core";

declare global {
  interface Window {
    gaps?: { ticks: number; longestMs: number };
  }
}

export interface Gaps {
  /** Ticks of the page's timer. */
  readonly ticks: number;
  /** Milliseconds between two of them, at most. */
  readonly longestMs: number;
  /** The same for this idle process: what the machine takes from anyone when it has too much to do. */
  readonly machineMs: number;
}

/** Begins to record the gaps between ticks of a short timer; the returned function ends it. */
export const recordGaps = async (page: Page): Promise<() => Promise<Gaps>> => {
  const machine = monitorEventLoopDelay({ resolution: 10 });
  machine.enable();
  await page.evaluate(() => {
    const gaps = { ticks: 0, longestMs: 0 };
    window.gaps = gaps;
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      gaps.longestMs = Math.max(gaps.longestMs, now - last);
      gaps.ticks += 1;
      last = now;
    }, 10);
  });
  return async () => {
    const { ticks, longestMs } = await page.evaluate(() => window.gaps!);
    machine.disable();
    return { ticks, longestMs, machineMs: machine.max / 1e6 };
  };
};
