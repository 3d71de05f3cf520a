/** Measures how long a page's main thread goes without answering. */

import type { Page } from "playwright-core";

/** What was seen between the start of a recording and its end. */
export interface Gaps {
  /** Ticks of a 10 ms timer of the page. */
  readonly ticks: number;
  /** Milliseconds between two ticks, at most. */
  readonly longestMs: number;
  /** The same in an otherwise idle worker: what the machine takes from any thread when it has too much to do. */
  readonly idleThreadMs: number;
  /** The longest single task of the main thread, in milliseconds. */
  readonly longestTaskMs: number;
}

/** The longest task in milliseconds, less what an idle thread of the same time was kept waiting for, twice: the page's and the machine's. */
export const longestOwnTask = ({ longestTaskMs, idleThreadMs }: Gaps): number =>
  longestTaskMs - 2 * idleThreadMs;

declare global {
  interface Window {
    endGaps?: () => Promise<Gaps>;
  }
}

/** Begins to record; the returned function ends it. */
export const recordGaps = async (page: Page): Promise<() => Promise<Gaps>> => {
  await page.evaluate(() => {
    const startClock = (): { ticks: number; longestMs: number } => {
      const seen = { ticks: 0, longestMs: 0 };
      let last = performance.now();
      setInterval(() => {
        const now = performance.now();
        seen.longestMs = Math.max(seen.longestMs, now - last);
        seen.ticks++;
        last = now;
      }, 10);
      return seen;
    };
    const script = `const seen = (${startClock})(); onmessage = () => postMessage(seen);`;
    const idle = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    const seen = startClock();
    let longestTaskMs = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration);
    });
    observer.observe({ entryTypes: ["longtask"] });
    window.endGaps = () =>
      new Promise((resolve) => {
        const { ticks, longestMs } = seen;
        idle.addEventListener("message", ({ data }: MessageEvent<{ longestMs: number }>) => {
          observer.disconnect();
          idle.terminate();
          resolve({ ticks, longestMs, longestTaskMs, idleThreadMs: data.longestMs });
        });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
        idle.postMessage("end");
      });
  });
  return () => page.evaluate(() => window.endGaps!());
};
