/** A batch in one table. */

import { formatBytes, formatRate } from "../display/format.ts";
import type { Job } from "./plan-jobs.ts";
import { describeError } from "../print-error.ts";
import type { JobReport } from "../shell.ts";
import { textTable } from "../display/text-table.ts";

/** How a job ended. */
export interface Outcome {
  readonly job: Job;
  /** `skipped`: its output was there. `planned`: nothing more was asked for. */
  readonly state: "done" | "planned" | "skipped" | "failed";
  readonly report?: JobReport;
  readonly error?: unknown;
}

/** A row a file, how many of each, and what helps those that failed. */
export function summarize(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ job, state, report, error }) => [
    job.input.name,
    error === undefined ? job.outputName : "",
    error === undefined ? state : `failed: ${describeError(error).code}`,
    report ? String(report.frames) : "",
    report?.progress ? formatRate(report.progress.framesPerSecond) : "",
    report ? formatBytes(report.size) : "",
  ]);
  const table = textTable(["input", "output", "result", "frames", "fps", "size"], rows);
  return `\n${table}${summarizeCounts(outcomes)}`;
}

/** `4 files: 1 done, 1 skipped, 2 failed`, and a line for each that failed: its code and its fix. */
export function summarizeCounts(outcomes: readonly Outcome[]): string {
  const counts = (["done", "planned", "skipped", "failed"] as const)
    .map((state) => [state, outcomes.filter((each) => each.state === state).length] as const)
    .filter(([state, count]) => count > 0 || state === "failed")
    .map(([state, count]) => `${count === 0 ? "none" : count} ${state}`);
  const failures = outcomes
    .filter(({ error }) => error !== undefined)
    .map(({ job, error }) => {
      const { code, fix } = describeError(error);
      return `  ${job.input.name} [${code}] → ${fix}\n`;
    });
  const files = outcomes.length === 1 ? "1 file" : `${outcomes.length} files`;
  return `${files}: ${counts.join(", ")}\n${failures.join("")}`;
}
