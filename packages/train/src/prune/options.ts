/** What may be asked of pruning. Flat, and resolved once. */

import {
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  invalidOption,
  TatamiError,
} from "@tatami/core";
import type { Recipe } from "../campaign/recipe.ts";
import type { LoopProgress } from "../run/loop.ts";
import type { TrainProgress } from "../run/train.ts";
import type { Trained } from "../shape/trained-model.ts";
import type { Criterion } from "./cuts/criterion.ts";
import { criteria } from "./cuts/criterion.ts";
import type { PruningMove } from "./search/workshop.ts";

/**
 * How channels are found: `greedy` takes four at a time wherever they cost the least, judged on the net as it stands;
 * `cpo` is the paper's search (arXiv 1705.10748); `uniform` its baseline, the same share from every layer.
 */
export type PruningMethod = "greedy" | "cpo" | "uniform";

/** All there are. */
const pruningMethods: readonly PruningMethod[] = ["greedy", "cpo", "uniform"];

/** Who is told of pruning. */
export interface PruningListeners {
  readonly onPicture?: (ready: number, count: number) => void;
  /** Of the unpruned network's enlargements, which its smaller self learns. */
  readonly onLesson?: (ready: number, count: number) => void;
  /** All is read: lines for people. */
  readonly onReady?: (remarks: readonly string[]) => void;
  readonly onMove?: (move: PruningMove) => void;
  /** Of a short tuning, about twice a second. */
  readonly onStep?: (progress: LoopProgress) => void;
  /** Of a stop's tuning. */
  readonly onProgress?: (name: string, progress: TrainProgress) => void;
}

/** How a network is pruned. */
export interface PruneOptions extends PruningListeners {
  readonly parent: Trained;
  /** Of the parent: its pictures are made and drawn as that says. */
  readonly recipe: Recipe;
  /** Folder of pictures. */
  readonly data: string;
  /** Folder of pictures never trained on, whose PSNR decides. @defaultValue one of 24 of `data`, which is not trained on */
  readonly validate?: string;
  /** Where checkpoints and the report go. */
  readonly out: string;
  /** The most that the network may cost; of several, a network for each, each made from the one before. Or `drop`. */
  readonly budget?: number | readonly number[];
  /** The most decibels that it may lose on validation, at the least cost; or several. Or `budget`. */
  readonly drop?: number | readonly number[];
  /** @defaultValue "macs": multiply-accumulates a low-resolution pixel; "ms" is timed on this machine */
  readonly cost?: "macs" | "ms";
  /** @defaultValue "contribution" */
  readonly criterion?: Criterion;
  /** @defaultValue "greedy" */
  readonly method?: PruningMethod;
  /** Networks on the way to a single limit, each tuned to its end, the last one at the limit. @defaultValue 1 */
  readonly stops?: number;
  /** Steps after every few cuts. @defaultValue 500 */
  readonly tuning?: number;
  /** Steps of each stop's own tuning. @defaultValue 10000 */
  readonly steps?: number;
  /** Whose enlargements are learned in place of the pictures. @defaultValue the parent; undefined: the pictures */
  readonly teacher?: Trained | undefined;
  /** @defaultValue the recipe's */
  readonly seed?: number;
  /** Goes on with what lies in `out`. @defaultValue false */
  readonly resume?: boolean;
  /** @defaultValue 1 */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** The options with nothing left open. */
export interface ResolvedPruning {
  /** The last is the hardest. */
  readonly limit: { readonly budget: readonly number[] } | { readonly drop: readonly number[] };
  readonly cost: "macs" | "ms";
  readonly criterion: Criterion;
  readonly method: PruningMethod;
  readonly stops: number;
  readonly tuning: number;
  readonly steps: number;
  readonly seed: number;
}

const optionNames = [
  "parent",
  "recipe",
  "data",
  "validate",
  "out",
  "budget",
  "drop",
  "cost",
  "criterion",
  "method",
  "stops",
  "tuning",
  "steps",
  "teacher",
  "seed",
  "resume",
  "threads",
  "signal",
  "onPicture",
  "onLesson",
  "onReady",
  "onMove",
  "onStep",
  "onProgress",
];

/** @throws TatamiError `invalid-option`. */
export function resolvePruning(options: PruneOptions): ResolvedPruning {
  checkKnownOptions("prune", options, optionNames);
  const { budget, drop, recipe } = options;
  if ((budget === undefined) === (drop === undefined))
    throw new TatamiError({
      code: "invalid-option",
      message: budget === undefined ? "Nothing says how small." : "budget and drop are both given.",
      fix: "Give budget, the most it may cost, or drop, the most decibels it may lose.",
      detail: { option: "budget" },
    });
  const { scale } = options.parent.model;
  if (recipe.architecture.scale !== scale)
    throw invalidOption("prune.recipe", `one of scale ${scale}, the model's`, recipe.architecture.scale);
  const limit =
    budget === undefined
      ? { drop: limitsOf("prune.drop", drop!, 20).toSorted((a, b) => a - b) }
      : { budget: limitsOf("prune.budget", budget).toSorted((a, b) => b - a) };
  const stops = checkInteger("prune.stops", options.stops ?? 1, 1, 64);
  const { length } = "budget" in limit ? limit.budget! : limit.drop!;
  if (stops > 1 && length > 1) {
    const fix = "Leave it out: each of several limits is a stop.";
    throw invalidOption("prune.stops", "1 where several limits are given", stops, fix);
  }
  return {
    limit,
    cost: checkOneOf("prune.cost", options.cost ?? "macs", ["macs", "ms"]),
    criterion: checkOneOf("prune.criterion", options.criterion ?? "contribution", criteria),
    method: checkOneOf("prune.method", options.method ?? "greedy", pruningMethods),
    stops,
    tuning: checkInteger("prune.tuning", options.tuning ?? 500, 1),
    steps: checkInteger("prune.steps", options.steps ?? 10_000, 1),
    seed: checkInteger("prune.seed", options.seed ?? recipe.seed, 0, 2 ** 32 - 1),
  };
}

/** One limit or several, each checked. */
function limitsOf(name: string, given: number | readonly number[], most?: number): readonly number[] {
  const all = typeof given === "object" ? given : [given];
  if (all.length === 0) throw invalidOption(name, "one or more", "none");
  return all.map((each) => checkNumber(name, each, 0, most));
}
