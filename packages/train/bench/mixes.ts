/**
 * Prints what a network for clean pictures and one for cameras' are when their weights are mixed, from the one to the other:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/mixes.ts CLEAN CAMERA SET…
 *
 * CLEAN and CAMERA are shipped models' names, checkpoints or ONNX files of one shape. Y-PSNR in dB of each SET's pictures and
 * of 24 drawings, as cameras give them.
 */

import { mixModels } from "@tatami/graph";
import { tracks } from "../src/data/tracks.ts";
import { createModelEnlarge } from "../src/report/model-enlarge.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { findTrained, readSets, scoreOn } from "./arms.ts";

const [clean = "", camera = "", ...folders] = process.argv.slice(2);
const [from, to] = await Promise.all([clean, camera].map(async (name) => (await findTrained(name)).model));
const sets = await readSets([], folders, from!.scale, { track: tracks.camera });
const compiled = await compileKernels();
console.log(["camera's part", ...sets.map(({ name }) => name)].join("  "));
for (const part of [0, 0.25, 0.5, 0.75, 1]) {
  const enlarge = createModelEnlarge(compiled, mixModels(from!, to!, part));
  console.log([part, ...scoreOn(sets, enlarge).map((each) => each.toFixed(3))].join("  "));
}
