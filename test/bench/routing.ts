/**
 * What sharing frames among networks costs and gives:
 *
 *     npm run bench:routing -- SET14 [--clips FOLDER] [--rounds N] [--quick] [--ladders m5+xl] [--losses 0.02]
 *
 * Every network alone, and ladders of them at some losses, on the folder SET14, on drawings that nobody trained on, and on a frame
 * of each clip. dB is the mean of pictures' PSNR on luma. MACs are those of all windows that engines were handed, halos and what
 * patches overlap by counted, as a share of XL's; milliseconds are of whole `frame()` calls, engine `wasm` on one thread, all arms
 * in turn for each picture, the median of the rounds. --quick: one round, no drawings.
 */

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Plane } from "@tatami/core";
import { createFrame, createPlane, psnr } from "@tatami/core";
import type { Backend, Model } from "@tatami/graph";
import { countMacs } from "@tatami/graph";
import { createWasmBackend } from "@tatami/runtime";
import type { EvaluationPicture, LumaPlane } from "@tatami/train";
import {
  cropToMultiple,
  drawEvaluationSet,
  lumaOf,
  readEvaluationSet,
  readFrameSequences,
  resizeBicubic,
  roundLuma,
} from "@tatami/train";
import type { Upscaler } from "@tatami/upscale";
import { openUpscaler, resolveUpscalerOptions } from "@tatami/upscale/testing";
import { loadModel } from "@tatami/zoo";

const scale = 2;
const drawingCount = 8;
const alone = ["m5", "m7", "m11", "xl"];

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clips: { type: "string" },
    rounds: { type: "string", default: "5" },
    ladders: { type: "string", default: "m5+xl,m7+xl,m11+xl,m5+m11+xl,m3+m11" },
    losses: { type: "string", default: "0.02,0.05,0.1,0.2" },
    quick: { type: "boolean", default: false },
  },
});
const rounds = flags.quick ? 1 : Number(flags.rounds);
const losses = flags.losses.split(",").map(Number);
const ladders = flags.ladders.split(",").map((names) => names.split("+"));

/** One way to enlarge. */
interface Arm {
  readonly label: string;
  readonly upscaler: Upscaler;
  /** Multiply-accumulates of what was handed to engines since the last time. */
  takeMacs(): number;
}

const arms: Arm[] = [];
for (const names of alone) arms.push(await open([names], undefined));
for (const names of ladders) for (const loss of losses) arms.push(await open(names, loss));
const at = (folder: string): string => resolve(process.env["INIT_CWD"] ?? ".", folder);
await report("Set14", await readEvaluationSet(at(positionals[0] ?? "."), scale));
if (!flags.quick) await report("drawings", await drawEvaluationSet(drawingCount, scale));
if (flags.clips) await report("clips", await middleFrames(at(flags.clips)));
for (const { upscaler } of arms) await upscaler[Symbol.asyncDispose]();

/** A frame from the middle of every clip of a folder, reduced. */
async function middleFrames(folder: string): Promise<readonly EvaluationPicture[]> {
  const { sequences } = await readFrameSequences(folder, 1);
  return sequences.map(({ name, frames: [frame] }) => {
    const { width, height, data } = frame!;
    const luma = Uint8Array.from(data.subarray(0, width * height));
    const high = cropToMultiple({ width, height, channels: 1, data: luma }, scale);
    const low = resizeBicubic(high, high.width / scale, high.height / scale);
    return { name, low: lumaOf(low), high: lumaOf(high) };
  });
}

/** In 8 bits. */
function toPlane(luma: LumaPlane): Plane {
  const plane = createPlane(luma);
  plane.data.set(roundLuma(luma).data);
  return plane;
}

async function open(names: readonly string[], loss: number | undefined): Promise<Arm> {
  const models = await Promise.all(names.map((name) => loadModel(`${name}-x${scale}`)));
  const counted = { macs: 0 };
  const wasm = async (): Promise<Backend> => counting(await createWasmBackend({ threads: 1 }), counted);
  const options = resolveUpscalerOptions({
    model: models.length === 1 ? models[0]! : models,
    backends: ["wasm"],
    threads: 1,
    reuse: "off",
    ...(loss === undefined ? {} : { routingLoss: loss }),
  });
  return {
    label: names.join("+") + (loss === undefined ? "" : ` ${loss}`),
    upscaler: await openUpscaler({ ...options, factories: { wasm } }),
    takeMacs: () => {
      const { macs } = counted;
      counted.macs = 0;
      return macs;
    },
  };
}

/** An engine that counts what its windows take. */
function counting(backend: Backend, counted: { macs: number }): Backend {
  const perPixel = new Map<Model, number>();
  const macsOf = (model: Model, area: number): number => {
    const side = { width: 64, height: 64 };
    const each = perPixel.get(model) ?? countMacs(model, side) / (side.width * side.height);
    perPixel.set(model, each);
    return each * area;
  };
  return {
    ...backend,
    async prepare(model, shape) {
      const executable = await backend.prepare(model, shape);
      return {
        ...executable,
        run: (jobs, signal) => {
          for (const { window } of jobs) counted.macs += macsOf(model, window.width * window.height);
          return executable.run(jobs, signal);
        },
      };
    },
  };
}

/** What one arm came to on a set. */
interface Row {
  decibels: number;
  macs: number;
  milliseconds: number;
  largest: number;
}

async function measure(pictures: readonly EvaluationPicture[]): Promise<readonly Row[]> {
  const rows = arms.map((): Row => ({ decibels: 0, macs: 0, milliseconds: 0, largest: 0 }));
  for (const picture of pictures) {
    const [low, high] = [toPlane(picture.low), toPlane(picture.high)];
    const times: number[][] = arms.map(() => []);
    // the first round proves engines at this size, and is not timed
    for (let round = 0; round <= rounds; round++)
      for (const [index, arm] of arms.entries()) {
        arm.takeMacs();
        const start = performance.now();
        const { larger, cells } = await enlarge(arm.upscaler, low);
        if (round > 0) times[index]!.push(performance.now() - start);
        if (round < rounds) continue;
        rows[index]!.decibels += psnr(larger, high, scale) / pictures.length;
        rows[index]!.macs += arm.takeMacs();
        rows[index]!.largest += (cells.at(-1) ?? 0) / sum(cells) / pictures.length;
      }
    times.forEach((each, index) => (rows[index]!.milliseconds += median(each)));
  }
  return rows;
}

async function report(title: string, pictures: readonly EvaluationPicture[]): Promise<void> {
  const rows = await measure(pictures);
  const whole = rows[alone.length - 1]!;
  console.log(`\n${title}: ${pictures.length} pictures; MACs and time as shares of xl's`);
  console.log(`${"".padEnd(18)}      dB   to XL    MACs    time      ms   cells to the largest`);
  rows.forEach((row, index) => {
    const share = (value: number): string => `${(100 * value).toFixed(1)} %`.padStart(8);
    const cells = index < alone.length ? "" : share(row.largest);
    console.log(
      `${arms[index]!.label.padEnd(18)}${row.decibels.toFixed(3).padStart(8)}${(row.decibels - whole.decibels).toFixed(3).padStart(8)}` +
        `${share(row.macs / whole.macs)}${share(row.milliseconds / whole.milliseconds)}${row.milliseconds.toFixed(0).padStart(8)}${cells}`,
    );
  });
}

async function enlarge(upscaler: Upscaler, luma: Plane) {
  const half = { width: Math.ceil(luma.width / 2), height: Math.ceil(luma.height / 2) };
  const source = { ...luma, data: luma.data.slice() };
  const frame = createFrame(
    { luma: source, chroma: [createPlane(half), createPlane(half)] },
    { timestamp: 0 },
  );
  let cells: readonly number[] = [1];
  const larger = await upscaler.frame(frame, {
    onPatches: (_computed, _reused, made) => (cells = made ?? [1]),
  });
  const planes = await larger.planes();
  larger.close();
  return { larger: planes.luma, cells };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
