/** What a caller says of a job that can be gone on with, and what it is told. */

import type { OptionRules } from "@tatami/core";
import { checkByRules, invalidOption, numberRule } from "@tatami/core";

/** How a job is kept, so that it can be gone on with. */
export interface ResumeOptions {
  /**
   * Whether an abort keeps finished segments too, as errors and a loss of power do.
   * @defaultValue false: an abort leaves nothing
   */
  readonly keepOnAbort?: boolean;
  /**
   * Seconds of video that a segment lasts at least: it begins at a key frame. What is interrupted computes one
   * segment again at most. @defaultValue 10
   */
  readonly segmentSeconds?: number;
  /**
   * What the result depends on that this call cannot see: of an upscaler that is shared, the options it was made with.
   * Where it differs from the earlier run's the job begins anew. @defaultValue ""
   */
  readonly key?: string;
}

/** An option of jobs. */
export interface WithResume {
  /**
   * Work in segments that are kept until all are finished and joined; what is found of an earlier run of the same job is not
   * computed again. In Node they lie in a folder beside the output, named as it with `.tatami` after it, and input and output are
   * files. In a browser they lie in the site's own storage (OPFS), the input is a `File` or `Blob`, and a page that was
   * closed goes on when the same file is upscaled in the same way: see `listKeptJobs`. @defaultValue false
   */
  readonly resume?: boolean | ResumeOptions;
}

/** How far a job in segments has come. */
export interface SegmentsProgress {
  /** Path of the folder in which they are kept. */
  readonly folder: string;
  readonly total: number;
  readonly done: number;
  /** Those of an earlier run among them, and their frames. */
  readonly kept: number;
  readonly keptFrames: number;
  /** Parts of an earlier run that were damaged, and are made again. */
  readonly spoilt: number;
  /** In what an earlier run differed, so that its segments were thrown away; absent where there were none, or they are used. */
  readonly differs?: readonly string[];
}

/** What progress tells of a job in segments. */
export interface WithSegments {
  /** Absent where a job is not to be gone on with. */
  readonly segments?: SegmentsProgress;
}

const rules: OptionRules<ResumeOptions> = {
  keepOnAbort: { kind: "boolean" },
  segmentSeconds: numberRule(0),
  key: { kind: "text" },
};

/** @throws TatamiError `invalid-option` naming `path` */
export function resolveResume(
  path: string,
  resume: WithResume["resume"],
): Required<ResumeOptions> | undefined {
  if (resume === undefined || resume === false) return undefined;
  if (resume !== true && typeof resume !== "object")
    throw invalidOption(path, "true, false or options", resume);
  const given = resume === true ? {} : checkByRules(path, resume, rules);
  const { keepOnAbort = false, segmentSeconds = 10, key = "" } = given;
  return { keepOnAbort, segmentSeconds, key };
}
