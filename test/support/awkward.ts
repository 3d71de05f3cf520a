/** What becomes of any file: a valid output, or one error with a code and a fix. Nothing else. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { UpscaleReport } from "@tatami/upscale";
import { tatami } from "./command-line.ts";
import { judgeOutput } from "./judge-output.ts";

/** One row of the table. */
export interface Outcome {
  readonly file: string;
  /** The driver that read it, and why the one before did not; empty when none did. */
  readonly driver: string;
  /** "ok", "damaged" (an output without what could not be decoded), an error's code, or what never may be. */
  readonly result: string;
  /** Frames and size of the output, or the error's message. */
  readonly detail: string;
  readonly seconds: number;
  /** Whether it ended in one of the ways it may. */
  readonly valid: boolean;
}

/** What the command printed with `--json`, as far as it is used here. */
export type PrintedReport = Pick<UpscaleReport, "driver" | "damaged" | "frames" | "encoding"> & {
  readonly rejected: readonly { readonly candidate: string; readonly error: { readonly code: string } }[];
};

/** Upscales one file by the command line into an empty folder and judges what is there afterwards. */
export async function outcomeOf(
  input: string,
  options: { readonly folder: string; readonly model: string; readonly limitSeconds: number },
): Promise<Outcome> {
  const { folder, model, limitSeconds } = options;
  const file = input.slice(input.lastIndexOf("/") + 1);
  const output = join(folder, `${file}.mp4`);
  const args = ["upscale", input, "-o", output, "--model", model, "--json", "--quiet"];
  const run = await tatami(args, { limitSeconds });
  const row = (result: string, detail: string, valid: boolean, driver = ""): Outcome => {
    return { file, driver, result, detail, seconds: run.seconds, valid };
  };
  if (run.status === null) return row("hung", `killed after ${limitSeconds} s`, false);
  const left = readdirSync(folder).filter((name) => name.startsWith(file) && join(folder, name) !== output);
  if (left.length > 0) return row("left behind", left.join(", "), false);
  if (run.status === 0) {
    const report = JSON.parse(run.stdout) as PrintedReport;
    const { detail, valid } = await judgeOutput(input, output, report);
    return row(report.damaged.length > 0 ? "damaged" : "ok", detail, valid, driverOf(report));
  }
  const code = /\[([a-z-]+)\]/.exec(run.stderr)?.[1];
  const fix = /→ .+/.exec(run.stderr)?.[0];
  const message = run.stderr.trim().split("\n")[0] ?? "";
  if (existsSync(output)) return row("partial file", message, false);
  if (run.status !== 1 || code === undefined || fix === undefined)
    return row(`crashed (${run.status})`, run.stderr.trim().slice(0, 300), false);
  return row(code, message, true);
}

function driverOf({ driver, rejected }: PrintedReport): string {
  const before = rejected.find(({ candidate }) => candidate === "mediabunny");
  return before ? `${driver} (${before.error.code})` : driver;
}

/** Every plain file of a folder, in the order of its names. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !/\.(md|tsv|txt)$/.test(path));
}
