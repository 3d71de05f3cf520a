/**
 * The CPU engines side by side: `npm run bench:cpu [-- --models m3,m5,m11,xl --sizes 320x180,640x360,1280x720
 * --threads 1,2 --rounds 15 --chromium]`. Each thread count has a process (or page) of its own, because
 * onnxruntime-web's is fixed once. For another Node: `PATH/TO/node --import tsx bench/cpu/cpu.ts` in `test`.
 */

import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { SesrSize } from "@tatami/graph";
import { findChromium, howToGetChromium } from "../../support/browser/chromium.ts";
import { openServedPage } from "../../support/browser/served-page.ts";
import { cpuTableHead, cpuTableRows } from "./table.ts";
import type { CpuBench, CpuFigure } from "./measure.ts";

const { values } = parseArgs({
  options: {
    models: { type: "string", default: "m3,m5,m11,xl" },
    sizes: { type: "string", default: "320x180,640x360,1280x720" },
    threads: { type: "string", default: "1,2" },
    rounds: { type: "string", default: "15" },
    chromium: { type: "boolean", default: false },
  },
});
const benches = values.threads.split(",").map((threads): CpuBench => ({
  models: values.models.split(",") as SesrSize[],
  sizes: values.sizes.split(",").map((size) => {
    const [width, height] = size.split("x").map(Number);
    return { width: width!, height: height! };
  }),
  threads: Number(threads),
  rounds: Number(values.rounds),
}));
const measure = values.chromium ? inChromium : inProcess;
const absent = new Set<string>();
for (const [index, bench] of benches.entries()) {
  const print = (figures: readonly CpuFigure[]): void => console.log(cpuTableRows(figures));
  if (index === 0 && !values.chromium)
    console.log(`Node ${process.version}, ${availableParallelism()} cores`);
  if (index === 0) console.log(cpuTableHead);
  for (const line of await measure(bench, print)) absent.add(line);
}
for (const line of absent) console.log(`left out: ${line}`);

type Measure = (
  bench: CpuBench,
  print: (figures: readonly CpuFigure[]) => void,
) => Promise<readonly string[]>;

function inProcess(...[bench, print]: Parameters<Measure>): ReturnType<Measure> {
  // Node 20 and 21 have relaxed SIMD behind a flag that later ones do not know
  const relaxed = /^v2[01]\./.test(process.version) ? ["--experimental-wasm-relaxed-simd"] : [];
  const child = fork(fileURLToPath(new URL("process.ts", import.meta.url)), [JSON.stringify(bench)], {
    execArgv: [...process.execArgv, ...relaxed],
  });
  return new Promise((resolve, reject) => {
    child.on("message", (message: { figures?: readonly CpuFigure[]; absent?: readonly string[] }) => {
      if (message.figures) print(message.figures);
      if (message.absent) resolve(message.absent);
    });
    child.on("exit", (code) => reject(new Error(`The measuring process ended with ${code}.`)));
  });
}

async function inChromium(...[bench, print]: Parameters<Measure>): ReturnType<Measure> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error(howToGetChromium);
  await using served = await openServedPage(chromium, "cpu-bench", "measure", { isolated: true });
  served.page.setDefaultTimeout(0);
  const version = served.page.context().browser()?.version();
  console.log(
    `Chromium ${version}, cross-origin isolated: ${await served.page.evaluate(() => crossOriginIsolated)}`,
  );
  await served.page.exposeFunction("tell", print);
  // waited for here, since the page is closed at the end of this function
  return await served.call("measure", bench);
}
