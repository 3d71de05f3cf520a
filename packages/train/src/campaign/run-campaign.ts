/** Training a campaign: entry by entry, and from where it was left, whenever it was killed. */

import { access, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { invalidOption, TatamiError, throwIfAborted } from "@tatami/core";
import type { CardNotes } from "../report/export-model.ts";
import { writeModel } from "../report/write-model.ts";
import { writeReport } from "../report/write-report.ts";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { checkpointPath } from "../run/train.ts";
import { asOutputFailed, writeWhole } from "../run/write-whole.ts";
import type { Trained } from "../shape/trained-model.ts";
import type { Campaign, PlannedEntry } from "./campaign.ts";
import { planCampaign } from "./campaign.ts";
import { readRecipe } from "./read-recipe.ts";
import { readTrained } from "./read-trained.ts";
import type { RunRecipeOptions } from "./run-recipe.ts";
import { runRecipe } from "./run-recipe.ts";

/** Who is told of one entry's run. */
export type EntryListeners = Pick<
  RunRecipeOptions,
  "onPicture" | "onPlan" | "onLesson" | "onReady" | "onStep" | "onProgress"
>;

/** What becomes of an entry. */
export interface EntryProgress {
  readonly name: string;
  /** From 0. */
  readonly index: number;
  readonly count: number;
  /** Whether it was done by an earlier call, begins, goes on from a checkpoint, or has been done now. */
  readonly state: "was done" | "begins" | "goes on" | "is done";
}

/** How a campaign is run. */
export interface RunCampaignOptions extends Pick<
  RunRecipeOptions,
  "evaluate" | "threads" | "reportEvery" | "signal" | "findTrained" | "cwd"
> {
  readonly campaign: Campaign;
  /** Folder of pictures. */
  readonly data: string;
  /**
   * Folder of the campaign's state, of all checkpoints, histories and reports, and of the prepared pictures; made when it
   * is not there. A campaign that is there goes on.
   */
  readonly out: string;
  /** What the steps of every entry are multiplied by, and below 1 its drawings. @defaultValue 1 */
  readonly budget?: number;
  /** Stops, with a checkpoint, after this long. @defaultValue no limit */
  readonly minutes?: number;
  /** What the cards of its models are to say; without it no models are written, with it they are into `out`/models. */
  readonly notes?: CardNotes;
  readonly onEntry?: (progress: EntryProgress) => void;
  /** Called as an entry begins or goes on. */
  readonly listen?: (name: string) => EntryListeners;
}

/** How far a campaign came. */
export interface CampaignResult {
  /** Entries done, those of earlier calls included. */
  readonly done: number;
  readonly count: number;
}

/** What `NAME.campaign.json` holds. */
interface CampaignState {
  readonly campaign: string;
  readonly budget: number;
  /** By entry. What is not there has not begun. */
  readonly entries: Readonly<Record<string, "begun" | "done">>;
}

/**
 * Trains every entry that is not done yet, in order, until the last one, the time limit or an abort. What an entry is
 * from or taught by is looked for among the campaign's own entries first.
 *
 * @throws TatamiError `invalid-option` for another budget than it was begun with, `output-failed` when a checkpoint is
 * there that is not this campaign's, and whatever {@link planCampaign} and {@link runRecipe} throw.
 */
export async function runCampaign(options: RunCampaignOptions): Promise<CampaignResult> {
  const { campaign, out, budget = 1, signal, onEntry } = options;
  const ends = performance.now() + (options.minutes ?? Infinity) * 60_000;
  const planned = await planCampaign(campaign, budget, readRecipe);
  await asOutputFailed(out, () => mkdir(out, { recursive: true }));
  const file = join(out, `${campaign.name}.campaign.json`);
  let { entries } = await readState(file, campaign.name, budget);
  const keep = async (name: string, state: "begun" | "done"): Promise<void> => {
    entries = { ...entries, [name]: state };
    const text = JSON.stringify(
      { campaign: campaign.name, budget, entries } satisfies CampaignState,
      null,
      2,
    );
    await writeWhole(file, [new TextEncoder().encode(`${text}\n`)]);
  };
  const count = planned.length;
  for (const [index, entry] of planned.entries()) {
    throwIfAborted(signal);
    const { name } = entry.recipe;
    const tell = (state: EntryProgress["state"]): void => onEntry?.({ name, index, count, state });
    if (entries[name] === "done") {
      tell("was done");
      continue;
    }
    const minutes = (ends - performance.now()) / 60_000;
    if (minutes <= 0) return { done: index, count };
    const reached = await stepsDone(out, entry, entries[name] === "begun");
    await keep(name, "begun");
    tell(reached === undefined ? "begins" : "goes on");
    if (!(await trainEntry(entry, planned, reached, minutes, options))) return { done: index, count };
    await keep(name, "done");
    tell("is done");
  }
  return { done: count, count };
}

/** Trains one to its end and writes what is to be written of it. Whether it came to its end. */
async function trainEntry(
  { recipe, ships }: PlannedEntry,
  planned: readonly PlannedEntry[],
  reached: number | undefined,
  minutes: number,
  options: RunCampaignOptions,
): Promise<boolean> {
  const { data, out, evaluate = [], threads, reportEvery, notes, signal, listen } = options;
  const told = signal ? { signal } : {};
  const checkpoint = checkpointPath(out, recipe);
  // killed between its last step and what is written after it
  if (reached === undefined || reached < recipe.steps) {
    const { finished } = await runRecipe({
      ...listen?.(recipe.name),
      recipe,
      data,
      out,
      evaluate,
      resume: reached !== undefined,
      minutes,
      ...(threads !== undefined && { threads }),
      ...(reportEvery !== undefined && { reportEvery }),
      ...told,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      findTrained: (name) => findEntry(name, planned, options),
    });
    if (!finished) return false;
  }
  await writeReport(checkpoint, { evaluate, ...told });
  if (notes && ships) await writeModel(checkpoint, { ...notes, out: join(out, "models"), evaluate, ...told });
  return true;
}

/** A network by its name: an entry's, else whatever the caller knows by it. */
async function findEntry(
  name: string,
  planned: readonly PlannedEntry[],
  { out, findTrained }: RunCampaignOptions,
): Promise<Trained> {
  const entry = planned.find(({ recipe }) => recipe.name === name);
  return entry ? readTrained(checkpointPath(out, entry.recipe)) : findTrained(name);
}

/** Steps in the checkpoint of an entry that has begun; none where it was killed before its first checkpoint. */
async function stepsDone(out: string, { recipe }: PlannedEntry, begun: boolean): Promise<number | undefined> {
  const path = checkpointPath(out, recipe);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  if (begun) return (await readCheckpoint(path)).state.step;
  throw new TatamiError({
    code: "output-failed",
    message: `${path} exists already, and this campaign did not write it.`,
    fix: "Name another folder: out, or --out FOLDER.",
    detail: { path },
  });
}

async function readState(file: string, campaign: string, budget: number): Promise<CampaignState> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return { campaign, budget, entries: {} };
  const state = JSON.parse(text) as CampaignState;
  if (state.budget === budget) return state;
  throw invalidOption(
    "budget",
    `${state.budget}, with which this campaign was begun`,
    budget,
    "Go on with that budget, or begin in another folder.",
  );
}
