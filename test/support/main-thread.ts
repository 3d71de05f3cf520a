/** Measures how long a page's main thread goes without answering. */

import type { Page } from "playwright-core";

declare global {
  interface Window {
    gaps?: { ticks: number; longestMs: number };
  }
}

/** Begins to record the gaps between ticks of a short timer. */
export const recordGaps = async (page: Page): Promise<void> => {
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
};

/** The longest gap since {@link recordGaps}, and how many ticks there were. */
export const longestGap = (page: Page): Promise<{ ticks: number; longestMs: number }> =>
  page.evaluate(() => window.gaps!);
