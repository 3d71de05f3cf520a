/** What programs read: one JSON object a line. */

import { describeError } from "./print-error.ts";
import type { Job } from "./jobs/plan-jobs.ts";
import type { JobPlan, JobReport } from "./shell.ts";

/** A plan or a report with its files; without the Blob, and errors without stacks. */
export function jobToJson(job: Job, result: JobPlan | JobReport, seconds?: number): string {
  const { rejected, ...rest } = result;
  const plain = { ...rest, blob: undefined };
  return toLine({
    file: job.input.name,
    ...(job.input.followedBy && { followedBy: job.input.followedBy.map(({ name }) => name) }),
    outputFile: job.outputName,
    ...(seconds !== undefined && { seconds: Number(seconds.toFixed(3)) }),
    ...plain,
    rejected: rejected.map(({ candidate, error }) => ({ candidate, error: describeError(error) })),
  });
}

/** A job whose output is there already and is left. */
export function skippedToJson({ input, outputName }: Job): string {
  return toLine({ file: input.name, outputFile: outputName, skipped: true });
}

/** A job that failed. */
export function failureToJson(job: Job, error: unknown): string {
  return toLine({ file: job.input.name, outputFile: job.outputName, error: describeError(error) });
}

/** What went wrong with a command as a whole. */
export function errorToJson(error: unknown): string {
  return toLine({ error: describeError(error) });
}

/** One line; what JSON cannot say (infinities) is null. */
export function toLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
