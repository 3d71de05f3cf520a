/** What is told of a job: what would be done, and what was. */

import type {
  Changed,
  Damage,
  Encoding,
  FileReading,
  LeftOut,
  MediaDescription,
  Rejection,
  Size,
} from "@tatami/core";
import type { BackendName, Look } from "@tatami/graph";
import type { FusionSummary } from "@tatami/patches";
import type { Progress } from "./options.ts";
import type { PaceSummary } from "./pace/pace.ts";

/** What a chooser chose, and what it was told of the file. */
export interface PlannedChoice {
  /** What was seen and what follows, for people. */
  readonly sentence: string;
  readonly model: string;
  /** What was chosen: an option that was given goes before. */
  readonly strength: number;
  readonly denoise: number;
  readonly look: Look;
  readonly reading: FileReading;
}

/** What would be done: the CLI's `--dry-run`. */
export interface UpscalePlan {
  readonly media: MediaDescription;
  readonly input: Size;
  readonly output: Size;
  /** Its name; of several networks all names, the smallest first, with commas between them; `m5-x2 then m5-x4` of two in a row. */
  readonly model: string;
  /** Of two in a row the second's name. */
  readonly second?: string;
  readonly scale: number;
  /** How much of what the network adds to the bicubic filter is used. */
  readonly strength: number;
  /** Absent where a model was named. */
  readonly choice?: PlannedChoice;
  readonly backend: BackendName;
  readonly backendDescription: string;
  readonly driver: string;
  readonly encoding: Encoding;
  /** Engines and drivers tried and set aside, and why. */
  readonly rejected: readonly Rejection[];
}

/** What was done. */
export interface UpscaleReport extends UpscalePlan {
  readonly progress: Progress;
  readonly leftOut: readonly LeftOut[];
  /** What is in the output otherwise than in the input: times made to rise, sound encoded anew, colours resampled. */
  readonly changed: readonly Changed[];
  /** Places that could not be decoded and are missing, in order; empty as a rule. */
  readonly damaged: readonly Damage[];
  readonly frames: number;
  /** How a rate was kept, where one was asked for. */
  readonly pace?: PaceSummary;
  /** What fusing came to, where it was asked for. */
  readonly fusion?: FusionSummary;
  /** Bytes written. */
  readonly size: number;
  /** The file, when no output was given. */
  readonly blob?: Blob;
}
