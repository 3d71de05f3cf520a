/** What a pruning has come to, kept beside its checkpoints: a line of JSON for each thing done, and every net it may go on from. */

import { appendFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { invalidOption } from "@tatami/core";
import { createNetworkModel, networkOf, readOnnx, writeOnnx } from "@tatami/graph";
import { asOutputFailed, exists, writeWhole } from "../run/write-whole.ts";
import { readSesr } from "../shape/network-model.ts";
import type { PruneOptions, ResolvedPruning } from "./options.ts";
import { resolvePruning } from "./options.ts";
import { architectureOf, prunableNet } from "./cuts/net.ts";
import type { PrunedNet } from "./cuts/net.ts";
import type { MeasuredNet, PruningMove } from "./search/workshop.ts";

/** One of the networks that come out. */
export interface PruningStop {
  readonly kind: "stop";
  readonly name: string;
  /** What it was to reach: a cost or a drop. */
  readonly limit: number;
  readonly features: readonly number[];
  readonly cost: number;
  /** Validation Y-PSNR in dB, and how far below the unpruned network's. */
  readonly psnr: number;
  readonly drop: number;
  /** Steps of tuning behind it, those between cuts included. */
  readonly steps: number;
}

/** What was pruned, how and against what. */
export interface PruningStart {
  readonly kind: "start";
  readonly parent: string;
  /** Everything that decides what comes out. */
  readonly settings: ResolvedPruning & Readonly<Record<string, unknown>>;
  readonly unit: string;
  readonly features: readonly number[];
  readonly cost: number;
  readonly psnr: number;
}

/** A net that pruning goes on from, kept as a file. */
interface KeptNet {
  readonly kind: "kept";
  readonly file: string;
  readonly cost: number;
  readonly psnr: number;
  readonly steps: number;
}

/** A name under which files were written: whose they are when another pruning in that folder comes to the same cost. */
interface OwnName {
  readonly kind: "named";
  readonly name: string;
}

/** A line of the log. */
export type PruningEntry = PruningStart | PruningMove | PruningStop | KeptNet | OwnName;

/** What is on disk, and what is added to it. */
export interface PruningState {
  readonly entries: readonly PruningEntry[];
  /** The nets that were kept since the last stop, in their order: what a search that was cut short had come to. */
  readonly trail: readonly MeasuredNet[];
  add(entry: PruningEntry): Promise<void>;
  keep(reached: MeasuredNet): Promise<void>;
  /** That name for a checkpoint, or, where another pruning's lies under it, that name with a number. */
  nameFor(wanted: string): Promise<string>;
  /** Removes the nets that were kept on the way. */
  tidy(): Promise<void>;
}

/** Where the log of a pruning with these options lies. @throws TatamiError `invalid-option` */
export function pruningLog(out: string, options: PruneOptions): string {
  return logPath(out, pruningName(options.parent.model.name, resolvePruning(options)));
}

function logPath(out: string, name: string): string {
  return join(out, `${name}${logEnding}`);
}

/** What the names of logs end with. */
export const logEnding = ".pruning.jsonl";

/** Marks other ways than the usual one in names, and other seeds. */
function wayOf({ method, criterion, seed }: ResolvedPruning): string {
  const way = method === "greedy" && criterion === "contribution" ? "" : `-${method}-${criterion}`;
  return `${way}${seed === 1 ? "" : `-seed${seed}`}`;
}

/** The name of a pruning's log and report. */
export function pruningName(parent: string, settings: ResolvedPruning): string {
  const { limit } = settings;
  const goal = "budget" in limit ? ["to", ...limit.budget] : ["by", ...limit.drop];
  return `${parent}-pruned${wayOf(settings)}-${goal.join("-")}`;
}

/** The name of a network that comes out: it says what it costs. A dot would make it a file's. */
export function stopName(parent: string, settings: ResolvedPruning, cost: number): string {
  const costs = settings.cost === "macs" ? `${cost}` : `${Math.round(cost * 1000)}us`;
  return `${parent}-pruned${wayOf(settings)}-${costs}`;
}

/** The entries of a log; none where there is none. */
export async function readPruningLog(path: string): Promise<readonly PruningEntry[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").flatMap((line) => parse(line) ?? []);
}

/**
 * Opens the log of a pruning, a new one or the one that is there.
 *
 * @throws TatamiError `invalid-option` when the one to go on with was made with other settings.
 */
export async function openPruningState(
  out: string,
  name: string,
  start: PruningStart,
  resume: boolean,
): Promise<PruningState> {
  const path = logPath(out, name);
  const there = await readPruningLog(path);
  if (!resume) await rm(path, { force: true });
  const entries = resume ? [...there] : [];
  const own = new Set(there.flatMap((entry) => (entry.kind === "named" ? [entry.name] : [])));
  const before = entries.find((entry) => entry.kind === "start");
  if (before) checkSame(before, start);
  const add = async (entry: PruningEntry): Promise<void> => {
    entries.push(entry);
    // the newline first: a line that a kill tore ends there
    await asOutputFailed(path, () => appendFile(path, `\n${JSON.stringify(entry)}`));
  };
  if (!before) await add(start);
  const trail: MeasuredNet[] = [];
  const files = entries.filter((entry) => entry.kind === "kept");
  for (const kept of entries.slice(entries.findLastIndex(({ kind }) => kind === "stop") + 1))
    if (kept.kind === "kept") trail.push({ ...kept, net: await readNet(join(out, kept.file)) });
  return {
    entries,
    trail,
    add,
    async keep({ net, cost, psnr, steps }) {
      const file = `${name}.pruning.${files.length}.onnx`;
      const model = createNetworkModel(networkOf("sesr"), architectureOf(net), name, net.weights);
      await writeWhole(join(out, file), [writeOnnx(model)]);
      const entry = { kind: "kept", file, cost, psnr, steps } as const;
      files.push(entry);
      await add(entry);
    },
    async nameFor(wanted) {
      for (let number = 1; ; number++) {
        const found = number === 1 ? wanted : `${wanted}-${number}`;
        if (!own.has(found) && (await exists(join(out, `${found}.checkpoint`)))) continue;
        const isNoted = entries.some((entry) => entry.kind === "named" && entry.name === found);
        if (!isNoted) await add({ kind: "named", name: found });
        return found;
      }
    },
    async tidy() {
      await Promise.all(files.map(({ file }) => rm(join(out, file), { force: true })));
    },
  };
}

async function readNet(path: string): Promise<PrunedNet> {
  const { model } = readOnnx(new Uint8Array(await readFile(path)));
  return prunableNet(readSesr(model)!);
}

function checkSame(before: PruningStart, now: PruningStart): void {
  const [old, wanted] = [before, now].map(({ parent, settings }) => ({ parent, ...settings }));
  for (const [name, value] of Object.entries(old!)) {
    const other = (wanted as Readonly<Record<string, unknown>>)[name];
    if (JSON.stringify(value) === JSON.stringify(other)) continue;
    throw invalidOption(
      `prune.${name}`,
      `${JSON.stringify(value)}, with which this pruning was begun`,
      JSON.stringify(other),
      "Go on with the same options, or begin in another folder.",
    );
  }
}

function parse(line: string): PruningEntry | undefined {
  try {
    return line === "" ? undefined : (JSON.parse(line) as PruningEntry);
  } catch {
    return undefined; // torn by a kill
  }
}
