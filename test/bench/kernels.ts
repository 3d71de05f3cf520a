/**
 * One patch on the kernels alone, one thread: `npm run bench:kernels [-- m5 329x360 2 [FOLDER...]]`. A folder is
 * another state of `packages/kernels`, built (`git worktree` makes one): they are run in turn, which shows what a
 * change of the kernels is worth; and these kernels once more at a strength of 0.6. Times are the median round's, of the wall clock and of the processor; the second
 * is what a busy machine disturbs least. `npm run bench:kernels -- --trials` runs single layers by every method instead.
 */

import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import type { Chain, ChainLayer, KernelBuild } from "@tatami/kernels";
import * as kernels from "@tatami/kernels";

if (process.argv.includes("--trials")) {
  // beside the package's sources, not in it
  const file = new URL("../src/trials/convolution-trials.bench.ts", import.meta.resolve("@tatami/kernels"));
  await ((await import(file.href)) as { printTrials(): Promise<void> }).printTrials();
  process.exit();
}
const [name = "m5", patch = "329x360", scaleText = "2", ...folders] = process.argv.slice(2);
const [width, height] = patch.split("x").map(Number) as [number, number];
const scale = Number(scaleText);
const rounds = 24;
const chain = sesrChain(name);
const macs = chain.layers.reduce((sum, layer) => sum + layer.weights.length, 0) * width * height;

const variants: { readonly label: string; readonly kernels: typeof kernels; readonly strength: number }[] = [
  { label: "this", kernels, strength: 1 },
  { label: "this, strength 0.6", kernels, strength: 0.6 },
];
for (const folder of folders) {
  const file = pathToFileURL(resolve(process.env["INIT_CWD"] ?? ".", folder, "dist/index.js"));
  variants.push({ label: folder, kernels: (await import(file.href)) as typeof kernels, strength: 1 });
}

console.log(
  `Node ${process.version}, ${name} ×${scale}, one ${width}×${height} patch, ${(macs / 1e9).toFixed(2)} GMAC`,
);
const runs = [];
for (const build of ["relaxed", "simd"] as const)
  for (const { label, kernels: library, strength } of variants) {
    const run = await prepare(library, build, strength).catch((error: Error) => error.message);
    if (typeof run === "string") console.log(`${build}, ${label}: ${run}`);
    else runs.push({ build, label, run, wall: [] as number[], cpu: [] as number[] });
  }
for (let round = 0; round < rounds + 3; round++)
  for (const { run, wall, cpu } of runs) {
    const [start, before] = [performance.now(), processorTime()];
    run();
    // the first rounds compile
    if (round < 3) continue;
    wall.push(performance.now() - start);
    cpu.push(processorTime() - before);
  }
// of the same round: other programs disturb its runs alike
console.log("build     ms   least  CPU ms   least  of this  GMAC/s at least  kernels");
for (const { build, label, wall, cpu } of runs) {
  const [quickest, least] = [Math.min(...wall), Math.min(...cpu)];
  const cells = [median(wall), quickest, median(cpu), least].map((time) => time.toFixed(1).padStart(8));
  const first = runs.find((run) => run.build === build)!.cpu;
  const share = median(cpu.map((time, round) => time / first[round]!));
  const speed = `${share.toFixed(2).padStart(9)}${(macs / least / 1e6).toFixed(1).padStart(17)}`;
  console.log(`${build.padEnd(8)}${cells.join("").slice(2)}${speed}  ${label}`);
}

async function prepare(library: typeof kernels, build: KernelBuild, strength: number): Promise<() => void> {
  const { module } = await library.loadKernels("inference", build);
  const arena = library.createArena();
  const { plans } = library.layOutPlans(arena, chain, width, 1);
  const inference = library.createInference(module, arena.memory);
  const [source, target] = [arena.take(width * height), arena.take(width * height * scale ** 2 + 8)];
  const [jobs, next] = [arena.take(library.jobBytes), arena.take(4)];
  library.writeJob(arena.memory.buffer, jobs, {
    source,
    sourceStride: width,
    window: { width, height },
    kept: { x: 0, y: 0, width, height },
    target,
    targetStride: width * scale,
    floats: false,
    fullRange: false,
    strength,
  });
  return () => {
    new Int32Array(arena.memory.buffer, next, 1)[0] = 0;
    inference.takeJobs(plans[0]!, jobs, 1, next);
  };
}

/** A collapsed SESR network's shapes; what the weights are makes no difference to the time. */
function sesrChain(size: string): Chain {
  const [features, depth] = size === "xl" ? [32, 11] : [16, Number(size.slice(1))];
  const layer = (inputs: number, outputs: number, kernel: number, more: Partial<ChainLayer>): ChainLayer => ({
    kernel,
    inputs,
    outputs,
    weights: Float32Array.from(
      { length: outputs * inputs * kernel ** 2 },
      (_, i) => Math.sin(i) / inputs / 9,
    ),
    bias: new Float32Array(outputs),
    ...more,
  });
  const slopes = new Float32Array(features).fill(0.25);
  const middle = Array.from({ length: depth }, (_, index) =>
    layer(features, features, 3, { slopes, ...(index === depth - 1 ? { residual: 0 } : {}) }),
  );
  const layers = [layer(1, features, 5, {}), ...middle, layer(features, scale ** 2, 5, {})];
  return { scale, centre: 0.5, addPicture: true, layers };
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
