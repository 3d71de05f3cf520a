/** What becomes of any file: a valid output, or one error with a code and a fix. Nothing else. */

import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import type { Container } from "@tatami/core";
import type { UpscaleReport } from "@tatami/upscale";
import type { RunCommand } from "./command-line.ts";
import { tatami } from "./command-line.ts";
import type { FileFacts } from "./judge/facts.ts";
import { judgeFacts, readFacts } from "./judge/judge-output.ts";
import { judgeRefusal } from "./judge/judge-refusal.ts";
import type { Told } from "./judge/tell.ts";

/** One row of the table. */
export interface Outcome {
  readonly file: string;
  /** The driver that read it, and why the one before did not; empty when none did. */
  readonly driver: string;
  /** "ok", "damaged" (an output without what could not be decoded), an error's code, or what never may be. */
  readonly result: string;
  /** What differs and is not told, what the output has, what differs and is told; or the error's message. */
  readonly detail: string;
  readonly seconds: number;
  /** Whether it ended in one of the ways it may. */
  readonly valid: boolean;
  /** Every difference between input and output, told or not; none for an error. */
  readonly differences: readonly Told[];
}

/** What the command printed with `--json`, as far as it is used here. */
export type PrintedReport = Pick<
  UpscaleReport,
  "driver" | "damaged" | "frames" | "encoding" | "leftOut" | "changed"
> & {
  readonly rejected: readonly { readonly candidate: string; readonly error: { readonly code: string } }[];
};

/** A row without an output. */
export function rowWithout(
  file: string,
  row: Pick<Outcome, "result" | "detail" | "seconds" | "valid">,
): Outcome {
  return { file, driver: "", differences: [], ...row };
}

/** How a row is made. */
export interface OutcomeOptions {
  /** Where the output is made for as long as it is judged. */
  readonly folder: string;
  /** The model's file. */
  readonly model: string;
  readonly limitSeconds: number;
  /** What the row and the output are called. @defaultValue the input's own name */
  readonly name?: string;
  /** What the output is judged against, where the input itself is a faulty source of it. @defaultValue the input */
  readonly judgedAgainst?: string;
  /** More of the command line. */
  readonly flags?: readonly string[];
  /** How the command line is run. @defaultValue in a process of its own */
  readonly run?: RunCommand;
}

/** Upscales one file by the command line into a folder of its own and judges what is there afterwards. */
export async function outcomeOf(input: string, options: OutcomeOptions): Promise<Outcome> {
  const folder = mkdtempSync(join(options.folder, "row-"));
  try {
    return await outcomeIn(folder, input, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function outcomeIn(folder: string, input: string, options: OutcomeOptions): Promise<Outcome> {
  const file = options.name ?? basename(input);
  const { model, limitSeconds, flags = [], run: runCommand = tatami } = options;
  const output = join(folder, `output.${containerFor(input)}`);
  const args = ["upscale", input, "-o", output, "--model", model, "--json", "--quiet", ...flags];
  const run = await runCommand(args, { limitSeconds });
  const row = (result: string, detail: string, valid: boolean): Outcome =>
    rowWithout(file, { result, detail, seconds: run.seconds, valid });
  const original = async (): Promise<FileFacts> => {
    if (options.judgedAgainst === undefined) return readFacts(input);
    const facts = await readFacts(options.judgedAgainst);
    return { ...facts, complaints: [...facts.complaints, "the source is faulty by intent"] };
  };
  if (run.status === null) return row("hung", `killed after ${limitSeconds} s`, false);
  const left = readdirSync(folder).filter((name) => join(folder, name) !== output);
  if (left.length > 0) return row("left behind", left.join(", "), false);
  if (run.status === 0) {
    const report = JSON.parse(run.stdout) as PrintedReport;
    return { file, seconds: run.seconds, ...(await judgeReport(await original(), output, report)) };
  }
  const code = /\[([a-z-]+)\]/.exec(run.stderr)?.[1];
  const fix = /→ .+/.exec(run.stderr)?.[0];
  const message = run.stderr.trim().split("\n")[0] ?? "";
  if (existsSync(output)) return row("partial file", message, false);
  if (run.status !== 1 || code === undefined || fix === undefined)
    return row(`crashed (${run.status})`, run.stderr.trim().slice(0, 300), false);
  const { valid, detail } = judgeRefusal(await original(), code);
  return row(code, `${message}; ${detail}`, valid);
}

/** Judges what was made of a file, and the report on it. */
export async function judgeReport(
  original: FileFacts,
  output: string,
  report: PrintedReport,
): Promise<Omit<Outcome, "file" | "seconds">> {
  const judgement = judgeFacts(original, await readFacts(output), report);
  const before = report.rejected.find(({ candidate }) => candidate === "mediabunny");
  const driver = before ? `${report.driver} (${before.error.code})` : report.driver;
  return { ...judgement, driver, result: report.damaged.length > 0 ? "damaged" : "ok" };
}

/** The container that a file's output has: its own where that can be written, else MP4. */
export function containerFor(input: string): Container {
  const own = extname(input).slice(1).toLowerCase();
  return own === "mov" || own === "mkv" || own === "webm" ? own : "mp4";
}

/** A row as it is printed: marked where it ended as none may. */
export function printedRow({ file, driver, result, detail, seconds, valid }: Outcome): string {
  const took = `${seconds.toFixed(1).padStart(6)} s`;
  return `${valid ? " " : "!"} ${file.padEnd(56)} ${driver.padEnd(30)} ${result.padEnd(21)} ${took}  ${detail}`;
}

/** How many files each kind of difference is untold in, the most frequent first. */
export function untoldCounts(rows: readonly Outcome[]): string[] {
  const counts = new Map<string, number>();
  for (const { differences } of rows) {
    const untold = differences.filter(({ by }) => by === undefined).map(({ aspect }) => aspect);
    for (const aspect of new Set(untold)) counts.set(aspect, (counts.get(aspect) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([aspect, count]) => `${aspect} ${count}`);
}

/** Every plain file of a folder, in the order of its names, but what makes and describes the others. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !/\.(md|tsv|txt|sh|mjs)$/.test(path));
}
