/**
 * Fits how much energy, beside a frame's mean, sends cells to a larger network, and writes it:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/routing/fit.ts PICTURES OUT.ts [STEP]
 *
 * PICTURES is a folder that no network was trained on, and neither Set5 nor Set14, of which the middle part of every STEPth
 * (20) is taken; OUT.ts is `packages/patches/src/routing/factors.generated.ts`. A factor is the greatest at which what is left
 * to the smaller network, cells that the cover of harder ones does not take along, costs no more than a loss, in the mean of
 * all pictures' PSNR.
 */

import { writeFile } from "node:fs/promises";
import type { Plane, Size } from "@tatami/core";
import { createPlane, invalidOption, scaleSize } from "@tatami/core";
import type { Backend, Model } from "@tatami/graph";
import {
  cellSide,
  cellsOf,
  createCellMeter,
  energiesAbove,
  planCover,
  planGrid,
  usualCover,
} from "@tatami/patches";
import { createWasmBackend } from "@tatami/runtime";
import { loadModel } from "@tatami/zoo";
import { tracks } from "../../src/data/tracks.ts";
import type { RoutingPicture } from "./pictures.ts";
import { readPictures } from "./pictures.ts";

const lossesTried = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5];
const sizes = ["m3", "m5", "m7", "m11", "xl"];
/** Factors that are tried, each about an eighth more than the one before. */
const factorsTried = Array.from({ length: 78 }, (_, i) => 0.05 * 1.12 ** i);
/** More than any cell has: nothing goes up. */
const nothing = 1000;
const stepLevels = 20;

const [folder, out, step = String(stepLevels)] = process.argv.slice(2);
if (folder === undefined || out === undefined)
  throw invalidOption("arguments", "PICTURES OUT.ts [STEP]", process.argv.slice(2).join(" "));
const backend = await createWasmBackend({ threads: 1 });
const calibrated: Record<string, readonly number[]> = {};
for (const scale of [2, 4])
  for (const track of ["bicubic", "camera"] as const) {
    const names = sizes.map((size) => `${size}-x${scale}${track === "camera" ? "-camera" : ""}`);
    const models = await Promise.all(names.map((name) => loadModel(name as Parameters<typeof loadModel>[0])));
    const options = { track: tracks[track], first: 7, step: Number(step), crop: true };
    const pictures = await readPictures(folder, scale, options);
    const measured: Measured[] = [];
    for (const picture of pictures) measured.push(await measure(backend, models, picture));
    console.log(`×${scale} ${track}: ${pictures.length} pictures, factors for ${lossesTried.join(", ")} dB`);
    for (let by = 0; by < models.length; by++)
      for (let smaller = by; smaller < models.length; smaller++)
        for (let larger = smaller + 1; larger < models.length; larger++) {
          const key = `${names[by]}:${names[smaller]}>${names[larger]}`;
          calibrated[key] = fit(measured, by, smaller, larger);
          if (by === smaller) console.log(`  ${key}  ${calibrated[key].join(" ")}`);
        }
  }
await backend[Symbol.asyncDispose]();
await writeFile(
  out,
  `/** Written by \`packages/train/bench/routing/fit.ts\`. */

/** Decibels that factors were fitted to. */
export const losses: readonly number[] = ${JSON.stringify(lossesTried)};

/** By \`smallest:smaller>larger\` one factor for each loss. */
export const factors: Readonly<Record<string, readonly number[]>> = ${JSON.stringify(calibrated)};
`,
);

/** A picture's cells, by network. */
interface Measured {
  /** Squared errors. */
  readonly errors: readonly Float64Array[];
  /** For each tried factor, by that network's own addition, whether a larger one makes a cell: those above it, and what their cover takes along. */
  readonly taken: readonly (readonly Uint8Array[])[];
}

async function measure(
  on: Backend,
  models: readonly Model[],
  { low, high }: RoutingPicture,
): Promise<Measured> {
  const { scale } = models[0]!;
  const grid = planGrid({ frame: low, patchSize: Math.max(low.width, low.height), halo: 2 });
  const meter = await createCellMeter(grid, scale);
  const energies: Float32Array[] = [];
  const errors: Float64Array[] = [];
  for (const model of models) {
    const target = createPlane(scaleSize(low, scale));
    const executable = await on.prepare(model, { batch: 1, ...grid.window });
    await executable.run([{ ...grid.patches[0]!, source: low, target, fullRange: false }]);
    await executable[Symbol.asyncDispose]();
    energies.push(meter.measure(low, target, [0]));
    errors.push(errorsOf(target, high, low, scale));
  }
  const taken = energies.map((own) =>
    energiesAbove(own, factorsTried, 1).map((energy) => coverAbove(low, own, energy)),
  );
  return { errors, taken };
}

function coverAbove(frame: Size, energies: Float32Array, energy: number): Uint8Array {
  const { columns, rows } = cellsOf(frame);
  const taken = new Uint8Array(columns * rows);
  for (const { x, y, width, height } of planCover(frame, (cell) => energies[cell]! > energy, usualCover))
    for (let row = y / cellSide; row < (y + height) / cellSide; row++)
      taken.fill(1, row * columns + x / cellSide, row * columns + Math.ceil((x + width) / cellSide));
  return taken;
}

function errorsOf(made: Plane, truth: Plane, low: Plane, scale: number): Float64Array {
  const { columns, rows } = cellsOf(low);
  const sums = new Float64Array(columns * rows);
  const side = cellSide * scale;
  for (let y = 0; y < truth.height; y++)
    for (let x = 0; x < truth.width; x++) {
      const difference = made.data[y * made.stride + x]! - truth.data[y * truth.stride + x]!;
      sums[Math.floor(y / side) * columns + Math.floor(x / side)]! += difference ** 2;
    }
  return sums;
}

/** For each loss the factor before the first one that costs more. */
function fit(pictures: readonly Measured[], by: number, smaller: number, larger: number): readonly number[] {
  const cost = factorsTried.map((_, index) => {
    const decibels = pictures.map(({ taken, errors }) => {
      let [whole, left] = [0, 0];
      errors[larger]!.forEach((error, cell) => {
        whole += error;
        left += taken[by]![index]![cell] === 0 ? errors[smaller]![cell]! : error;
      });
      return 10 * Math.log10(left / whole);
    });
    return decibels.reduce((sum, each) => sum + each, 0) / decibels.length;
  });
  return lossesTried.map((loss) => {
    const over = cost.findIndex((each) => each > loss);
    return Number((over < 0 ? nothing : over === 0 ? 0 : factorsTried[over - 1]!).toPrecision(3));
  });
}
