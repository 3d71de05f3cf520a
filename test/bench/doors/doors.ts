/**
 * What each way to an upscaler costs beside calling it: `npm run bench:doors [-- --rounds 15] [--frames 6]
 * [--model m5-x2] [--threads 1] [--browser]`. 640×360, the CPU engine, the same settings in each. In this process, or
 * with `--browser` in a real Chromium, where VideoFrames are passed too. Frames are worked on one at a time where the way
 * works so, and are compared with that; streams with streams; a pool of two workers with one upscaler of two threads.
 *
 * On a busy machine two engines with the same settings differ by more than any of these ways costs. What tells then is the
 * last table: the time that is not the engine's own.
 */

import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { loadModel } from "@tatami/zoo";
import { findChromium, howToGetChromium } from "../../support/browser/chromium.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";
import type { DoorEntry } from "./entries.ts";
import { openDoors } from "./entries.ts";
import { drawnFrame, drawnSize } from "../drawn-frame.ts";
import type { DoorRun, DoorTime } from "./measure.ts";
import { measureDoors } from "./measure.ts";

// Node 20 and 21 have relaxed SIMD behind a flag that later ones do not know; the command line sets it too
if (/^v2[01]\./.test(process.version)) setFlagsFromString("--experimental-wasm-relaxed-simd");

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    frames: { type: "string", default: "6" },
    model: { type: "string", default: "m5-x2" },
    threads: { type: "string", default: "1" },
    browser: { type: "boolean", default: false },
  },
});
const { width, height } = drawnSize;
const [rounds, frames, threads] = [values.rounds, values.frames, values.threads].map(Number) as [
  number,
  number,
  number,
];
const setting = { threads, patchSize: 384 };
console.log(
  `${width}×${height}, ${values.model}, threads: ${threads}; ${rounds} rounds of ${frames} frames, medians`,
);
if (values.browser) await inChromium();
else await here();
process.exit(0);

async function here(): Promise<void> {
  await using doors = await openDoors("frame", {
    ...setting,
    model: await loadModel(values.model),
    picture: drawnFrame,
    startWorker: () => new Worker(new URL("./upscaler.worker.mjs", import.meta.url), { execArgv: [] }),
  });
  const processor = async (): Promise<number> => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  await report(`Node ${process.versions.node}, frames`, doors.entries, processor);
}

async function inChromium(): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error(howToGetChromium);
  await using served = await openServedPage(chromium, "doors-bench", "openInPage", { isolated: true });
  const { page } = served;
  const processor = await processorOf(page);
  for (const kind of ["frame", "video-frame"] as const) {
    type Entry = Pick<DoorEntry, "name" | "against" | "engine">;
    const opened = await served.call<Entry[]>("openInPage", kind, values.model, setting);
    const doors = opened.map((door) => ({
      ...door,
      time: (count: number) => served.call<DoorRun>("timeInPage", door.name, count),
    }));
    await report(`Chromium ${page.context().browser()!.version()}, ${kind}s`, doors, processor);
    await served.call("closeInPage");
  }
}

/** Reads the processor time of all of a browser's processes. */
async function processorOf(page: ServedPage["page"]): Promise<() => Promise<number>> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  return async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    return 1000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
}

async function report(
  title: string,
  doors: readonly DoorEntry[],
  processor: () => Promise<number>,
): Promise<void> {
  const figures = await measureDoors(doors, { rounds, frames, processor });
  const engines = new Set(doors.map(({ engine }) => engine));
  console.log(`\n${title}\n  ${[...engines].join("\n  ")}\n`);
  const head = "median, and middle half of the rounds; quickest tenth";
  for (const [kind, what] of [
    ["wall", "by the clock"],
    ["processor", "of the processor, all threads"],
    ["outside", "by the clock, outside the engine's stages"],
  ] as const) {
    console.log(`  milliseconds a frame ${what}, ${head}`);
    for (const { name, against, ...times } of figures)
      console.log(`${(against === undefined ? name : `  ${name}`).padEnd(36)}${cells(times[kind])}`);
    console.log("");
  }
}

function cells(time: DoorTime | undefined): string {
  if (!time) return "–".padStart(7);
  const { median, overhead, quickest } = time;
  const middleOnly = median.toFixed(1).padStart(7);
  if (!overhead || quickest === undefined) return middleOnly;
  const [lower, middle, upper] = overhead.map(perCent) as [string, string, string];
  return `${middleOnly}${middle.padStart(10)}  ${`(${lower} to ${upper})`.padEnd(24)}${perCent(quickest).padStart(9)}`;
}

function perCent(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)} %`;
}
