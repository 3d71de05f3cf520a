/** A batch in one table. */

import type { UpscaleReport } from "@tatami/upscale";
import { formatBytes, formatRate } from "../display/format.ts";
import type { Job } from "./plan-jobs.ts";
import { describeError } from "../print-error.ts";
import { textTable } from "../display/text-table.ts";

/** How a job ended: with a report, with an error, or (planned only) with neither. */
export interface Outcome {
  readonly job: Job;
  readonly report?: UpscaleReport;
  readonly error?: unknown;
}

/** A row a file, and the count of what failed. */
export function summarize(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ job, report, error }) => [
    job.input.name,
    error === undefined ? job.outputName : "",
    error !== undefined ? `failed: ${describeError(error).code}` : report ? "done" : "planned",
    report ? String(report.frames) : "",
    report ? formatRate(report.progress.framesPerSecond) : "",
    report ? formatBytes(report.size) : "",
  ]);
  const failed = outcomes.filter(({ error }) => error !== undefined).length;
  const count = `${outcomes.length} files, ${failed === 0 ? "none" : failed} failed`;
  return `\n${textTable(["input", "output", "result", "frames", "fps", "size"], rows)}${count}\n`;
}
