/** The report of a run: one HTML file beside its checkpoint. */

import { basename, join } from "node:path";
import { throwIfAborted } from "@tatami/core";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { foldCheckpoint } from "./export-model.ts";
import { compileKernels } from "../run/kernels.ts";
import { createModelEnlarge } from "./model-enlarge.ts";
import { readPicture } from "../data/read-picture.ts";
import { tracks, usualTrack } from "../data/tracks.ts";
import { scoreFolder } from "./score-folder.ts";
import { writeWhole } from "../run/write-whole.ts";
import type { Crop } from "./crops.ts";
import { makeCrop } from "./crops.ts";
import { evaluatedFolders, historyPath, latestStart, readHistory } from "./history.ts";
import type { ReportSet } from "./page/page.ts";

/** How a report is made. */
export interface ReportOptions {
  /** Folders of pictures that were never trained on; none give no scores and no details. @defaultValue those of the run */
  readonly evaluate?: readonly string[];
  /** @defaultValue NAME.report.html beside the checkpoint */
  readonly output?: string;
  readonly signal?: AbortSignal;
}

/** A report that lies on disk. */
export interface WrittenReport {
  readonly path: string;
  readonly sets: readonly ReportSet[];
}

/** Details shown: those of the pictures that bicubic enlargement gets most wrong. */
const cropsShown = 4;

/** Where the report of a checkpoint lies unless it is put elsewhere. */
export function reportPath(checkpoint: string): string {
  return checkpoint.replace(/(\.checkpoint)?$/, ".report.html");
}

/**
 * Scores a checkpoint on test sets, and writes its curves, recipe, scores and details as a page that needs nothing
 * else.
 *
 * @throws TatamiError `input-not-found`, `damaged-input`, `wrong-answer`.
 */
export async function writeReport(
  checkpointFile: string,
  options: ReportOptions = {},
): Promise<WrittenReport> {
  const { signal } = options;
  const checkpoint = await readCheckpoint(checkpointFile);
  const entries = await readHistory(historyPath(checkpointFile));
  const { evaluate = evaluatedFolders(entries) } = options;
  const compiled = await compileKernels();
  const { model, foldingError } = foldCheckpoint(checkpoint);
  const sets: ReportSet[] = [];
  // its own track's pictures, and the literature's to compare it by
  const ways = [...new Set([tracks[checkpoint.recipe.track], usualTrack])];
  for (const track of ways) {
    for (const folder of evaluate) {
      throwIfAborted(signal);
      const rows = await scoreFolder(compiled, model, folder, { track, ...(signal ? { signal } : {}) });
      const how = ways.length > 1 ? `, ${track.testPictures}` : "";
      sets.push({ name: `${basename(folder)}${how}`, track: track.name, folder, rows });
    }
  }
  const crops: Crop[] = [];
  const enlarge = createModelEnlarge(compiled, model);
  for (const path of hardestPictures(sets)) {
    throwIfAborted(signal);
    crops.push(await makeCrop(basename(path), await readPicture(path), model.scale, [enlarge]));
  }
  throwIfAborted(signal);
  // the plotting library is large, and of no use before
  const { reportPage } = await import("./page/page.ts");
  const start = latestStart(entries);
  const page = reportPage({ checkpoint, model, foldingError, entries, start, sets, crops });
  const path = options.output ?? reportPath(checkpointFile);
  await writeWhole(path, [new TextEncoder().encode(page)]);
  return { path, sets };
}

function hardestPictures(sets: readonly ReportSet[]): readonly string[] {
  // details are reduced by bicubic: compressed ones would show the codec first
  const clean = sets.filter(({ track }) => track === usualTrack.name);
  const rows = clean.flatMap((set) => set.rows.slice(0, -1).map((row) => ({ row, folder: set.folder })));
  const hardest = rows.toSorted((a, b) => a.row.bicubic.psnr - b.row.bicubic.psnr).slice(0, cropsShown);
  return hardest.map(({ row, folder }) => join(folder, row.name));
}
