/** Measures what a page's main thread has to do, and how long it goes without answering. */

import type { Page } from "playwright-core";

/** What was seen between the start of a recording and its end. */
export interface Gaps {
  /** Ticks of a 10 ms timer of the page. */
  readonly ticks: number;
  /** The same of an otherwise idle worker: what the machine lets any thread have. */
  readonly idleTicks: number;
  /** Milliseconds between two ticks, at most. */
  readonly longestMs: number;
  /** The same in the worker: what the machine takes from any thread when it has too much to do. */
  readonly idleThreadMs: number;
  /** Milliseconds that the longest task of the main thread had a processor: what a busy machine hardly changes. */
  readonly longestTaskMs: number;
}

declare global {
  interface Window {
    endGaps?: () => Promise<Omit<Gaps, "longestTaskMs">>;
  }
}

/** Begins to record, one page of a browser at a time; the returned function ends it. */
export const recordGaps = async (page: Page): Promise<() => Promise<Gaps>> => {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: [tasks] });
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
    window.endGaps = () =>
      new Promise((resolve) => {
        const here = { ...seen };
        idle.addEventListener("message", ({ data }: MessageEvent<typeof seen>) => {
          idle.terminate();
          resolve({ ...here, idleTicks: data.ticks, idleThreadMs: data.longestMs });
        });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
        idle.postMessage("end");
      });
  });
  return async () => {
    const seen = await page.evaluate(() => window.endGaps!());
    return { ...seen, longestTaskMs: longestTask(await browser.stopTracing()) };
  };
};

const tasks = "disabled-by-default-devtools.timeline";

/** An event of Chromium's trace (its Trace Event Format); microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Of its thread's own processor time. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Milliseconds. @throws Error where the trace has no task of a page's main thread, as a page has thousands */
const longestTask = (trace: Buffer): number => {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const idOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(idOf),
  );
  const spent = traceEvents
    .filter((event) => event.name === "RunTask" && event.tdur !== undefined && main.has(idOf(event)))
    .map(({ tdur }) => tdur! / 1000);
  if (spent.length === 0) throw new Error("Chromium traced no task of the page's main thread");
  return spent.reduce((most, each) => Math.max(most, each), 0);
};
