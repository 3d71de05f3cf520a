/** Files that are objects of S3, or become some: what is named after what. Whether they are there is looked at by the fleet. */

import { join, resolve } from "node:path";
import { expandInputs } from "../../jobs/expand-inputs.ts";
import type { Input, Inputs } from "../../jobs/expand-inputs.ts";
import { leavePictures } from "../../jobs/inputs/video-files.ts";
import { fileName } from "../../jobs/plan-jobs.ts";
import type { Job, JobOptions } from "../../jobs/plan-jobs.ts";
import { usage } from "../../parsing/parse-flags.ts";

// this file is loaded when a fleet's command runs, and the fleet with it
const { isS3 } = await import("@tatami/fleet/local");

/** Whether any of these is an object, or the results are. */
export function namesObjects(words: readonly string[], output: string | undefined): boolean {
  return words.some(isS3) || (output !== undefined && isS3(output));
}

/** Whether a job needs a folder to be made for its result. */
export function isOnDisk({ outputPath }: Job): boolean {
  return !isS3(outputPath);
}

/** What words name, with objects among them. */
export async function expandObjects(words: readonly string[], cwd: string): Promise<Inputs> {
  const objects: readonly Input[] = words.filter(isS3).map((name) => ({ name, path: name }));
  const others = words.filter((word) => !isS3(word));
  const found = await leavePictures(await expandInputs(others, cwd, {}));
  const isBatch = found.isBatch || words.length > 1;
  return { ...found, files: [...objects, ...found.files], isBatch };
}

/** Names each input's result. @throws TatamiError `invalid-option` */
export function planObjects(
  { files, isBatch }: Inputs,
  { output, cwd, ...naming }: Pick<JobOptions, "output" | "cwd" | "scale" | "size" | "container">,
): readonly Job[] {
  if (output === undefined) {
    throw usage(
      "Results of objects have no place of their own.",
      "Name one: --output s3://BUCKET/FOLDER/, --output FOLDER/, or the result itself.",
    );
  }
  const isFolder = output.endsWith("/");
  if (isBatch && !isFolder)
    throw usage(`${output} is one file, and there are several inputs.`, "Name a folder, which ends in /.");
  return files.map((input) => {
    const place = join(input.below ?? "", fileName(input.name, false, naming));
    const outputName = isFolder ? `${output}${place}` : output;
    const outputPath = isS3(outputName) ? outputName : resolve(cwd, outputName);
    return { input, outputName, outputPath, ...(input.failure && { failure: input.failure }) };
  });
}
