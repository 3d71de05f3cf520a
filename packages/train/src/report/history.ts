/** What a run has seen, kept beside its checkpoint: a JSON object a line, only ever appended to. */

import { appendFile, open, readFile, rm } from "node:fs/promises";
import { throwIfAborted } from "@tatami/core";
import type { Recipe } from "../campaign/recipe.ts";
import type { PlayerProgress } from "../run/loop.ts";
import { asOutputFailed } from "../run/write-whole.ts";

/** The beginning of a run, or of its continuation. */
export interface HistoryStart {
  readonly kind: "start";
  /** Steps done before. */
  readonly step: number;
  readonly recipe: Recipe;
  /** Pictures in the data set. */
  readonly pictures: number;
  /**
   * What the caller said of where things come from: folders, the network it started from; and as `reduced` the track
   * whose way of reducing the evaluation pictures had.
   */
  readonly sources: Readonly<Record<string, string>>;
}

/** A report of progress. */
export interface HistoryProgress {
  readonly kind: "progress" | "step-back";
  readonly step: number;
  /** Of the network, as are rate and norm. */
  readonly loss: number;
  readonly rate: number;
  readonly gradientNorm: number;
  /** Of each player that moved since the last report. @defaultValue not known: histories of before did not say */
  readonly players?: Readonly<Record<string, PlayerProgress>>;
  readonly stepsPerSecond: number;
  /** Decibels on the evaluation pictures, of the network and of bicubic enlargement. */
  readonly psnr?: number;
  readonly bicubicPsnr?: number;
}

/** A line of the history. */
export type HistoryEntry = HistoryStart | HistoryProgress;

/** A history that grows. */
export interface History {
  append(entry: HistoryEntry): Promise<void>;
}

/** Where the history of a checkpoint lies. */
export function historyPath(checkpoint: string): string {
  return checkpoint.replace(/(\.checkpoint)?$/, ".history.jsonl");
}

/** Begins a history, or goes on with the one that is there. A line torn by a kill is ended, and later left out. */
export async function openHistory(path: string, goOn: boolean): Promise<History> {
  if (!goOn) await rm(path, { force: true });
  const text = goOn ? await readText(path) : "";
  if (text !== "" && !text.endsWith("\n")) await appendFile(path, "\n");
  return { append: (entry) => appendDurably(path, `${JSON.stringify(entry)}\n`) };
}

/**
 * The entries of a run as it counts: what came after the checkpoint that a killed or diverged run went back to is
 * left out. Empty when there is no history.
 */
export async function readHistory(path: string, signal?: AbortSignal): Promise<readonly HistoryEntry[]> {
  const text = await readText(path);
  throwIfAborted(signal);
  const entries: HistoryEntry[] = [];
  for (const line of text.split("\n")) {
    const entry = parseEntry(line);
    if (!entry) continue;
    if (entry.kind !== "progress") {
      while (entries.length > 0 && entries.at(-1)!.step > entry.step) entries.pop();
    }
    entries.push(entry);
  }
  return entries;
}

/** The latest beginning in a history. */
export function latestStart(entries: readonly HistoryEntry[]): HistoryStart | undefined {
  return entries.findLast((entry) => entry.kind === "start");
}

/** The folders of test pictures that the latest beginning in a history names. */
export function evaluatedFolders(entries: readonly HistoryEntry[]): readonly string[] {
  const text = latestStart(entries)?.sources["evaluate"] ?? "";
  return text.split("\n").filter((line) => line !== "");
}

function parseEntry(line: string): HistoryEntry | undefined {
  try {
    const entry = JSON.parse(line) as HistoryEntry | null;
    return typeof entry?.step === "number" ? entry : undefined;
  } catch {
    return undefined; // an empty line, or one that a kill tore
  }
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
}

function appendDurably(path: string, line: string): Promise<void> {
  return asOutputFailed(path, async () => {
    const file = await open(path, "a");
    try {
      await file.writeFile(line);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}
