/**
 * Steps a second of several networks through the wasm executor on one and two threads, and of the onnx executor beside
 * it, in turns: `npm run bench:training [-- seconds]`. Each figure is the median of its turns.
 */

import { createRandom } from "@tatami/core";
import { availableParallelism } from "node:os";
import type { NetworkShape } from "../src/campaign/recipe.ts";
import { createRecipe } from "../src/campaign/recipe.ts";
import { createDataset } from "../src/data/dataset.ts";
import { createBicubicPair } from "../src/data/tracks/bicubic.ts";
import { createNetworkTask, startOf } from "../src/run/network-task.ts";
import { createRun } from "../src/run/player-trainer.ts";
import { countMacs, createNetworkModel, networkOf } from "@tatami/graph";
import type { NetworkName, ProgramEngine } from "@tatami/graph";
import { createOnnxProgramEngine } from "@tatami/runtime";
import { createWasmProgramEngine, loadTrainingKernels } from "@tatami/runtime/programs";

const seconds = Number(process.argv[2] ?? 2);
const turns = 5;
const warmUp = 3;

interface Network {
  readonly label: string;
  readonly network: NetworkName;
  readonly architecture: NetworkShape;
}

const networks: readonly Network[] = [
  { label: "M5", network: "sesr", architecture: { blocks: 5, features: 16, width: 256, scale: 2 } },
  { label: "XL", network: "sesr", architecture: { blocks: 11, features: 32, width: 64, scale: 2 } },
  { label: "EDSR-like, 64 × 4", network: "edsr", architecture: { blocks: 4, features: 64, scale: 2 } },
  { label: "U-Net, base 24", network: "unet", architecture: { base: 24, scale: 2 } },
  { label: "MLP of 1×1, 64 × 6", network: "mlp", architecture: { features: 64, depth: 6, scale: 2 } },
];

const random = createRandom(1);
const picture = {
  width: 512,
  height: 512,
  channels: 3 as const,
  data: Uint8Array.from({ length: 512 * 512 * 3 }, () => random.integer(256)),
};
const dataset = createDataset([createBicubicPair(picture, 2)], 2, 48);
const compiled = await loadTrainingKernels();

/** How fast one turn was: on the clock, and by the processors' time, which other programs do not take. */
interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Something that steps. */
interface Contender {
  readonly label: string;
  step(): Promise<unknown>;
  dispose(): Promise<unknown>;
}

async function contender(label: string, engine: ProgramEngine, of: Network): Promise<Contender> {
  const side = of.network === "sesr" ? "wide" : "folded";
  const recipe = createRecipe({ name: "bench", network: of.network, architecture: of.architecture, side });
  const run = await createRun(createNetworkTask(recipe, dataset), engine, compiled);
  return {
    label,
    step: () => run.step(),
    async dispose() {
      await run[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
    },
  };
}

/** Multiply-accumulates of a step: forward, weight gradients, and input gradients of all layers but the first. */
function macsPerStep({ network, architecture }: Network): number {
  const recipe = createRecipe({ name: "bench", network, architecture });
  const { batch, crop } = recipe;
  const kind = networkOf(network);
  const folded = kind.weights(recipe.architecture);
  const start = startOf(createRecipe({ name: "bench", network, architecture, side: "folded" }));
  const model = createNetworkModel(kind, recipe.architecture, "bench", start);
  const first = folded[0]!.shape.reduce((product, size) => product * size, 1);
  return (3 * countMacs(model, { width: crop, height: crop }) - first * crop * crop) * batch;
}

const only = process.argv[3];
for (const of of networks.filter(({ label }) => only === undefined || label.startsWith(only))) {
  const gmacs = macsPerStep(of) / 1e9;
  console.log(`\n${of.label}: ${gmacs.toFixed(2)} GMAC a step of 16 crops of 48×48`);
  const contenders: Contender[] = [];
  for (const threads of [1, 2]) {
    contenders.push(
      await contender(
        `wasm, ${threads} thread${threads > 1 ? "s" : ""}`,
        await createWasmProgramEngine({ threads }),
        of,
      ),
    );
  }
  contenders.push(
    await contender(
      "onnxruntime-web, 2 threads",
      await createOnnxProgramEngine({ device: "wasm", threads: 2 }),
      of,
    ),
  );
  const rates = new Map<string, Rate[]>(contenders.map(({ label }) => [label, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const { label, step } of contenders) {
      if (turn === 0) for (let i = 0; i < warmUp; i++) await step();
      const started = performance.now();
      const cpu = process.cpuUsage();
      let steps = 0;
      do {
        await step();
        steps++;
      } while (performance.now() - started < seconds * 1000);
      const { user, system } = process.cpuUsage(cpu);
      const perSecond = (steps * 1000) / (performance.now() - started);
      rates.get(label)!.push({ perSecond, perCpuSecond: (steps * 1e6) / (user + system) });
    }
  }
  for (const [label, each] of rates) {
    const perSecond = median(each.map((rate) => rate.perSecond));
    const perCpuSecond = median(each.map((rate) => rate.perCpuSecond));
    console.log(
      `  ${label.padEnd(22)} ${perSecond.toFixed(2).padStart(7)} steps/s  ${(perSecond * gmacs).toFixed(1).padStart(6)} GMAC/s` +
        `  ${perCpuSecond.toFixed(2).padStart(7)} steps per CPU second`,
    );
  }
  for (const { dispose } of contenders) await dispose();
}
console.log(`\nNode ${process.versions.node}, ${availableParallelism()} cores, kernels ${compiled.build}`);
