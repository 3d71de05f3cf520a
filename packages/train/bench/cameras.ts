/**
 * Four cameras whose way of degrading occurs in no training code, to prove on that a degradation can be learned:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/cameras.ts make OUT CLIPS…
 *     … pair OUT SMALL.mp4 LARGE.mp4
 *     … fit NIQE.json PICTURES
 *     … run OUT --data PICTURES [--start FOLDER|START] [--learned A=FOLDER]… [--lpips LPIPS.onnx] [--niqe NIQE.json] [--vmaf FFMPEG]
 *       [--standard PICTURES] [--camera A]… [--ablate A]… [--row KIND]… [--seed 1]… [--threads 1]
 *     … score OUT …the same… [A=MODEL] MODEL…
 *
 * `make` sends folders of clips through the cameras. Of the first two thirds of each clip OUT/CAMERA/real gets the small pictures,
 * alone, to learn from; of the last third OUT/CAMERA/held gets small and large ones. `pair` does so with two real recordings of
 * one scene. `fit` fits NIQE on pictures of one's own. `run` trains what rows are missing, camera by camera, and measures them;
 * `score` trains nothing. Both leave OUT/cameras.html with tables and details, and print the tables. What is done is kept under
 * OUT and not done again, and a killed run goes on. FOLDER has checkpoints of the recipe's stages: of the first two (`--start`),
 * and of a camera's last one (`--learned`); START is what another camera's learning left, NAME.start.checkpoint. Rows, by KIND:
 * bicubic; shipped, the student as it is; footage, it tuned by `--footage`; longer, it by the camera track for as many steps as
 * the next; learned, it by the learned degradation G; half and quarter, by both, of which G has so much; restorer, U in one step;
 * teacher, in 1, 2 and 4; ablations, U without parts of its learning; ablated students, half by their G. A MODEL, a checkpoint or
 * an ONNX file, is one more row; with `A=`, of that camera only.
 */

import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { checkOneOf } from "@tatami/core";
import { readTddsrRecipe } from "../src/campaign/read-recipe.ts";
import { readTrained } from "../src/campaign/read-trained.ts";
import { createVmafMeter } from "../src/data/camera/measure-vmaf.ts";
import { readEvaluationSet } from "../src/data/read-evaluation-set.ts";
import { cameraTrack } from "../src/data/tracks/camera.ts";
import { openLpips } from "../src/report/lpips.ts";
import { compileKernels } from "../src/run/kernels.ts";
import type { PerceptualDistance } from "../src/tddsr/collapse.ts";
import { fitNiqeFolder, readNiqe } from "../src/tddsr/measure/niqe.ts";
import type { TddsrRecipe } from "../src/tddsr/recipe.ts";
import { createTddsrRecipe } from "../src/tddsr/recipe.ts";
import { chains } from "./cameras/chains.ts";
import { scoreDegradations } from "./cameras/degradations.ts";
import { readHeld } from "./cameras/grey.ts";
import type { LearnSettings } from "./cameras/learn.ts";
import { armFolder, dropPictures } from "./cameras/learn.ts";
import { make, makePair } from "./cameras/make.ts";
import type { CameraResult } from "./cameras/page.ts";
import { camerasPage, tablesText } from "./cameras/page.ts";
import type { Row } from "./cameras/rows.ts";
import { kinds, rowsOf } from "./cameras/rows.ts";
import type { Meters, RowScore } from "./cameras/score.ts";
import { scoreRow } from "./cameras/score.ts";

const { values, positionals } = parseArgs({
  options: {
    data: { type: "string", default: "" },
    start: { type: "string" },
    learned: { type: "string", multiple: true, default: [] },
    lpips: { type: "string" },
    niqe: { type: "string" },
    vmaf: { type: "string" },
    standard: { type: "string" },
    camera: { type: "string", multiple: true, default: Object.keys(chains) },
    ablate: { type: "string", multiple: true, default: ["A"] },
    row: { type: "string", multiple: true, default: [...kinds] },
    seed: { type: "string", multiple: true, default: ["1", "2", "3"] },
    recipe: { type: "string", default: "tddsr-x2" },
    student: { type: "string", default: "m7-x2-camera" },
    "teacher-steps": { type: "string" },
    "upsampler-steps": { type: "string" },
    "learning-steps": { type: "string" },
    "student-steps": { type: "string", default: "4000" },
    "student-crop": { type: "string", default: "48" },
    "student-rate": { type: "string", default: "0.002" },
    "footage-steps": { type: "string", default: "600" },
    // the first so many of those held back: for a run that is to be short
    held: { type: "string", default: "1000" },
    side: { type: "string", default: "96" },
    threads: { type: "string", default: "1" },
  },
  allowPositionals: true,
});
const [command, out = "", ...words] = positionals;
if (command === "make") await make(out, words);
else if (command === "pair") await makePair(out, words[0]!, words[1]!);
else if (command === "fit") await fit();
else if (command === "run" || command === "score") await run(command === "run");
else throw new Error("make, pair, fit, run or score");

async function fit(): Promise<void> {
  const model = await fitNiqeFolder(words[0]!, Number(values.side), (ready, count) =>
    console.error(`${ready}/${count}`),
  );
  await writeFile(out, JSON.stringify(model));
  console.log(`${model.patches} patches of ${model.pictures} pictures`);
}

async function run(trains: boolean): Promise<void> {
  const lpips = values.lpips === undefined ? undefined : await openLpips(values.lpips);
  const distance: PerceptualDistance | undefined = lpips && ((a, b) => lpips.measureLuma(a, b));
  const compiled = await compileKernels();
  const settings: LearnSettings = {
    out,
    data: values.data,
    recipe: await readRecipe(),
    start: values.start,
    learned: Object.fromEntries(values.learned.map((each) => each.split("=") as [string, string])),
    threads: Number(values.threads),
    compiled,
    distance,
    student: values.student,
    studentSteps: Number(values["student-steps"]),
    studentCrop: Number(values["student-crop"]),
    studentRate: Number(values["student-rate"]),
    footageSteps: Number(values["footage-steps"]),
    trains,
  };
  const standard =
    values.standard === undefined ? [] : await readEvaluationSet(values.standard, 2, { track: cameraTrack });
  const meters: Meters = {
    compiled,
    distance,
    niqe: values.niqe === undefined ? undefined : await readNiqe(values.niqe),
    vmaf: values.vmaf === undefined ? undefined : createVmafMeter(values.vmaf),
    standard,
  };
  const results: CameraResult[] = [];
  for (const camera of values.camera) {
    results.push(await resultOf(settings, meters, camera));
    await writeFile(join(out, "cameras.html"), await camerasPage(results));
  }
  console.log(tablesText(results));
}

async function resultOf(settings: LearnSettings, meters: Meters, camera: string): Promise<CameraResult> {
  const folder = join(out, camera);
  const held = await readHeld(folder, Number(values.held));
  const ablates = values.ablate.includes(camera);
  const rows = rowsOf(settings, camera, {
    kinds: values.row.map((each) => checkOneOf("--row", each, kinds)),
    seeds: values.seed.map(Number),
    ablates,
  });
  const scores: RowScore[] = [];
  for (const row of [...rows, ...given(camera)]) {
    const score = await scoreRow(folder, row, held, meters);
    if (!score) continue;
    scores.push(score);
    console.error(`${camera}  ${row.name}  ${score.psnr.toFixed(2)} dB`);
  }
  await dropPictures(join(armFolder(settings, camera, "all"), "students"));
  const degradations = values.row.includes("restorer")
    ? await scoreDegradations(settings, camera, held, ablates)
    : [];
  return { camera, folder, held, scores, degradations };
}

/** Models named behind the folder, each a row. */
function given(camera: string): readonly Row[] {
  return words.flatMap((word): readonly Row[] => {
    const [, only, path = ""] = /^(?:(\w+)=)?(.*)$/.exec(word)!;
    if (only !== undefined && only !== camera) return [];
    const name = basename(path).replace(/\.(checkpoint|onnx)$/, "");
    return [{ name, model: async () => (await readTrained(path)).model }];
  });
}

async function readRecipe(): Promise<TddsrRecipe> {
  const recipe = await readTddsrRecipe(values.recipe);
  if (!recipe) throw new Error(`${values.recipe} is no co-learning`);
  const steps = (["teacher", "upsampler", "learning"] as const).flatMap((stage) => {
    const given_ = values[`${stage}-steps`];
    return given_ === undefined ? [] : [[`${stage}Steps`, Number(given_)]];
  });
  return createTddsrRecipe({ ...recipe, ...Object.fromEntries(steps) });
}
