/**
 * What reusing patches over time saves, and what it does to the picture: `npm run bench:temporal [-- FOLDER…
 * --frames N --clips-only]`. Every clip of the folders, and sequences drawn here, in memory; decoding and encoding are
 * not counted.
 *
 * - reused: share of patches that were not computed
 * - luma: milliseconds a frame for deciding, computing, copying and carrying; ×own: against `off` at its own patch
 *   size, ×same: against `off` at the same
 * - PSNR: against computing every patch, on the same patches; ∞ is bit for bit
 * - deciding: what comparing takes, of what computing a frame takes in `off` at its own patch size
 * - flicker: variance over time where the input stands still (6 levels at most), against bicubic enlargement's
 */

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Frame, Planes } from "@tatami/core";
import { createFrame } from "@tatami/core";
import type { ReuseMode } from "@tatami/patches";
import { createPlaneResizer, enlargeChroma } from "@tatami/patches";
import { createUpscaler } from "@tatami/upscale";
import type { Upscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { flickerRatio } from "./flicker.ts";
import { drawnSequences } from "./drawn-sequences.ts";
import { readClips } from "../read-clips.ts";
import { timeDeciding } from "./time-deciding.ts";
import { psnrOfBytes } from "../../support/luma.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { frames: { type: "string", default: "50" }, "clips-only": { type: "boolean", default: false } },
});
const folders = positionals.map((folder) => resolve(process.env["INIT_CWD"] ?? ".", folder));
const framesAClip = Number(values.frames);
const rounds = 2;
const patchSize = 128;
const model = await loadModel("m5-x2");
const modes: readonly ReuseMode[] = ["off", "exact", "bounded"];
const open = (reuse: ReuseMode, size: number | undefined): Promise<Upscaler> =>
  createUpscaler({ model, reuse, ...(size === undefined ? {} : { patchSize: size }) });
const upscalers = await Promise.all(modes.map((mode) => open(mode, patchSize)));
const resize = await createPlaneResizer();
const large = await open("off", undefined);

interface Run {
  readonly lumas: Uint8Array[];
  /** Milliseconds a frame. */
  readonly luma: number;
  readonly reused: number;
}

console.log(`m5-x2 on ${large.description}; patches of ${patchSize}, "own" for off: its default size`);
console.log(
  `${"clip".padEnd(34)}${"mode".padEnd(9)}reused   luma    ×own   ×same  deciding   PSNR  worst  flicker`,
);
const drawn = values["clips-only"] ? [] : drawnSequences(framesAClip);
const clips = [...drawn, ...(await readClips(folders, framesAClip))];
for (const clip of clips) {
  // the first frames prove the engine at this size
  for (const upscaler of [large, ...upscalers]) await run(upscaler, clip.frames.slice(0, 2));
  const all: Run[][] = [large, ...upscalers].map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, upscaler] of [large, ...upscalers].entries())
      all[index]!.push(await run(upscaler, clip.frames));
  // a busy machine only ever adds time
  const [own, ...runs] = all.map((some) => some.toSorted((a, b) => a.luma - b.luma)[0]!) as [Run, ...Run[]];
  const off = runs[0]!;
  for (const [index, { lumas, luma, reused }] of runs.entries()) {
    const psnrs = lumas.map((each, frame) => psnrOfBytes(each, off.lumas[frame]!));
    const mean = psnrs.every((value) => value === Infinity)
      ? Infinity
      : psnrs.reduce((sum, value) => sum + Math.min(value, 99), 0) / psnrs.length;
    const deciding = await decidingShare(clip.frames, modes[index]!, own.luma);
    const cells = [
      clip.name.slice(0, 33).padEnd(34),
      modes[index]!.padEnd(9),
      `${(100 * reused).toFixed(0)} %`.padStart(6),
      luma.toFixed(1).padStart(7),
      (own.luma / luma).toFixed(2).padStart(8),
      (off.luma / luma).toFixed(2).padStart(8),
      deciding.padStart(10),
      decibels(mean).padStart(7),
      decibels(Math.min(...psnrs)).padStart(7),
      flickerRatio(clip.frames, lumas, model.scale).padStart(9),
    ];
    console.log(cells.join(""));
  }
}
process.exit(0);

async function run(upscaler: Upscaler, planes: readonly Planes[]): Promise<Run> {
  const source = async function* (): AsyncGenerator<Frame> {
    for (const [index, each] of planes.entries()) yield createFrame(each, { timestamp: index });
  };
  const lumas: Uint8Array[] = [];
  const patches = { computed: 0, reused: 0 };
  const onPatches = (computed: number, reused: number): void => {
    patches.computed += computed;
    patches.reused += reused;
  };
  const start = performance.now();
  for await (const frame of upscaler.frames(source(), { onPatches })) {
    lumas.push((await frame.planes()).luma.data);
    frame.close();
  }
  const whole = performance.now() - start;
  // chroma is enlarged in every mode alike
  for (const each of planes) enlargeChroma(each, upscaler.scale, resize);
  const luma = 2 * whole + start - performance.now();
  const reused = patches.reused / (patches.computed + patches.reused);
  return { lumas, luma: luma / planes.length, reused };
}

async function decidingShare(
  frames: readonly Planes[],
  reuse: ReuseMode,
  computing: number,
): Promise<string> {
  if (reuse === "off") return "–";
  const { halo, scale } = model;
  return `${((100 * (await timeDeciding(frames, { reuse, patchSize, halo, scale }))) / computing).toFixed(1)} %`;
}

function decibels(value: number): string {
  return value === Infinity ? "∞" : value.toFixed(1);
}
