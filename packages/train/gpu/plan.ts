/** What is carried to a machine with a GPU: which runs, on which data, from what. */

import type { Recipe } from "@tatami/train";

/** One run. */
export interface CarriedRun {
  readonly recipe: Recipe;
  /** File of the prepared pictures, beside the plan. */
  readonly dataset: string;
  /** ONNX file that it begins with. @defaultValue a random start */
  readonly from?: string;
  /** Checkpoint that it goes on with. @defaultValue it begins */
  readonly checkpoint?: string;
}

/** The plan, as JSON beside the program. */
export interface CarriedPlan {
  readonly runs: readonly CarriedRun[];
}

/** The key under which carried data sets are written and read: they are of the plan they lie beside. */
export const carriedKey = "carried";
/** The plan's file. */
export const planFile = "plan.json";
