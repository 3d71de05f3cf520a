/** How much memory a page's process takes, as the operating system counts it: workers and their memories included. */

import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Page } from "playwright-core";

const run = promisify(execFile);

/** Bytes resident in each sample, taken every so many milliseconds while `work` goes on. */
export async function sampleMemory(page: Page, work: Promise<unknown>, everyMs = 100): Promise<number[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error("The page has no browser.");
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => String(id));
  const samples: number[] = [];
  const end = work.then(
    () => true,
    () => true,
  );
  for (;;) {
    const { stdout } = await run("ps", ["-o", "rss=", "-p", renderers.join(",")]);
    samples.push(1024 * stdout.split("\n").reduce((sum, line) => sum + Number(line), 0));
    if (await Promise.race([end, sleep(everyMs, false)])) return samples;
  }
}
