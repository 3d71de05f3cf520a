/** The report of a pruning: one HTML file beside its networks. */

import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { throwIfAborted } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { readPicture } from "../../data/read-picture.ts";
import { readCheckpoint } from "../../run/checkpoint/checkpoint.ts";
import { compileKernels } from "../../run/kernels.ts";
import { writeWhole } from "../../run/write-whole.ts";
import { makeCrop } from "../../report/crops.ts";
import type { Crop } from "../../report/crops.ts";
import { foldCheckpoint } from "../../report/export-model.ts";
import { createModelEnlarge } from "../../report/model-enlarge.ts";
import { scoreFolder } from "../../report/score-folder.ts";
import type { PruneResult } from "../prune.ts";
import type { PruningArm, PruningScores } from "./pruning-page.ts";
import type { PruningEntry } from "../pruning-state.ts";
import { logEnding, readPruningLog } from "../pruning-state.ts";

/** Where it goes, and what it scores on. */
export interface PruningReportOptions {
  /** Folder of the pruning; other prunings of the same network in it are drawn beside this one. */
  readonly out: string;
  /** Folders of test pictures. @defaultValue none */
  readonly evaluate?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Details shown, of the first test set. */
const cropsShown = 4;

/** Scores parent and stops, and draws what was lost for what was saved. @returns the page's path */
export async function writePruningReport(
  { name, start, stops, entries }: PruneResult,
  parent: Model,
  { out, evaluate = [], signal }: PruningReportOptions,
): Promise<string> {
  const compiled = await compileKernels();
  const models: Model[] = [];
  for (const { checkpoint } of stops) models.push(foldCheckpoint(await readCheckpoint(checkpoint)).model);
  const scores: PruningScores[] = [];
  const told = signal ? { signal } : {};
  const crops: Crop[] = [];
  for (const folder of evaluate) {
    throwIfAborted(signal);
    const rows = await scoreFolder(compiled, parent, folder, told);
    const means = [];
    for (const model of models) means.push((await scoreFolder(compiled, model, folder, told)).at(-1)!);
    scores.push({ set: basename(folder), bicubic: rows.at(-1)!, parent: rows.at(-1)!, stops: means });
    if (crops.length > 0) continue;
    const hardest = rows
      .slice(0, -1)
      .toSorted((a, b) => a.bicubic.psnr - b.bicubic.psnr)
      .slice(0, cropsShown);
    const networks = [parent, models.at(-1)!].map((model) => createModelEnlarge(compiled, model));
    for (const row of hardest)
      crops.push(await makeCrop(row.name, await readPicture(join(folder, row.name)), parent.scale, networks));
  }
  throwIfAborted(signal);
  const others = await otherArms(out, name, start.parent, start.unit);
  // the plotting library is large, and of no use before
  const { pruningPage } = await import("./pruning-page.ts");
  const page = pruningPage({ name, start, stops, entries, others, scores, crops, scale: parent.scale });
  const path = join(out, `${name}.pruning.html`);
  await writeWhole(path, [new TextEncoder().encode(page)]);
  return path;
}

/** Prunings of the same network, by the same measure of cost, whose logs lie in the same folder. */
async function otherArms(
  out: string,
  own: string,
  parent: string,
  unit: string,
): Promise<readonly PruningArm[]> {
  const arms: PruningArm[] = [];
  for (const file of (await readdir(out)).sort()) {
    const name = file.slice(0, -logEnding.length);
    if (!file.endsWith(logEnding) || name === own) continue;
    const entries = await readPruningLog(join(out, file));
    const start = entries.find((entry) => entry.kind === "start");
    const stops = entries.filter((entry: PruningEntry) => entry.kind === "stop");
    if (start?.parent === parent && start.unit === unit && stops.length > 0)
      arms.push({ name, start, stops });
  }
  return arms;
}
