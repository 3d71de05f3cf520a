/**
 * The GPU engines side by side on one adapter: `npm run bench:gpu [-- --models m5 --sizes 160x90 --rounds 5
 * --variants default,uniform,storage,half,int8 --no-ort --no-peers --no-frames --hardware --node]`. In headless Chromium on its software
 * adapter, or with `--hardware` on what the machine has; with `--node` in this process, where `webgpu` is installed.
 */

import { parseArgs } from "node:util";
import type { SesrSize } from "@tatami/graph";
import type { Variant } from "@tatami/runtime";
import { findChromium, howToGetChromium } from "../../support/browser/chromium.ts";
import { openServedPage } from "../../support/browser/served-page.ts";
import { openGpuInProcess } from "./in-process.ts";
import { gpuTableHead, gpuTableRows } from "./table.ts";
import type { GpuBench, GpuFigure } from "./measure.ts";
import { measureGpu } from "./measure.ts";

const { values } = parseArgs({
  options: {
    models: { type: "string", default: "m5" },
    sizes: { type: "string", default: "160x90" },
    rounds: { type: "string", default: "5" },
    variants: { type: "string", default: "default,uniform" },
    "no-frames": { type: "boolean", default: false },
    "no-ort": { type: "boolean", default: false },
    "no-peers": { type: "boolean", default: false },
    hardware: { type: "boolean", default: false },
    node: { type: "boolean", default: false },
  },
});
const variants: Readonly<Record<string, Partial<Variant>>> = {
  default: {},
  literal: { weights: "literal", columns: 2 },
  uniform: { weights: "uniform", columns: 4 },
  storage: { weights: "storage", columns: 4 },
  int8: { weights: "uniform", columns: 4, features: "int8" },
  "int8-literal": { weights: "literal", columns: 1, features: "int8" },
  half: { weights: "uniform", columns: 4, features: "f16" },
};
const bench: GpuBench = {
  models: values.models.split(",") as SesrSize[],
  sizes: values.sizes.split(",").map((size) => {
    const [width, height] = size.split("x").map(Number);
    return { width: width!, height: height! };
  }),
  rounds: Number(values.rounds),
  frames: !values["no-frames"],
  ort: !values["no-ort"],
  peers: values["no-peers"] ? [] : ["websr-s", "websr-m", "websr-l", "CNNx2M", "CNNx2VL"],
  variants: values.variants.split(",").map((name) => variants[name]!),
};
let peak = 0;
const print = (figures: readonly GpuFigure[]): void => {
  peak = figures[0]?.peak ?? 0;
  console.log(gpuTableRows(figures));
};
console.log(gpuTableHead);
for (const line of await (values.node ? inProcess() : inChromium())) console.log(line);
console.log(`peak: ${(peak / 1e9).toFixed(2)} GMAC/s of float32, measured`);

async function inProcess(): Promise<readonly string[]> {
  await openGpuInProcess();
  return measureGpu(bench, () => Promise.resolve([]), print);
}

async function inChromium(): Promise<readonly string[]> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error(howToGetChromium);
  const webgpu = values.hardware ? "hardware" : true;
  await using served = await openServedPage(chromium, "gpu-bench", "measure", { webgpu, isolated: true });
  served.page.setDefaultTimeout(0);
  served.page.on("pageerror", (error) => console.error(error.message));
  await served.page.exposeFunction("tell", print);
  return await served.call("measure", bench);
}
