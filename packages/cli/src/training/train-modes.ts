/** The four things that `tatami train` does, and the flags that each of them takes: no other is ignored in silence. */

import type { TatamiError } from "@tatami/core";
import { usage } from "../parsing/parse-flags.ts";
import type { TrainFlags } from "./train-flags.ts";

/** A recipe on pictures; a model tuned on footage; a camera's degradation learned first; a co-learning. */
export type TrainMode = "recipe" | "footage" | "own camera" | "co-learning";

type Flag = keyof TrainFlags;

const always: readonly Flag[] = ["out", "minutes", "threads", "seed", "json", "quiet"];

/** What a way takes besides, how it is named, and what to do with a flag that is none of its own. */
const modes: Readonly<Record<TrainMode, { takes: readonly Flag[]; name: string; fix: string }>> = {
  recipe: {
    takes: [
      "data",
      "evaluate",
      "from",
      "teacher",
      "distil",
      "alpha",
      "degradation",
      "degradation-share",
      "resume",
      "overwrite",
      "steps",
      "rate",
    ],
    name: "a recipe",
    fix: "Leave it out, or see tatami train --help for what it belongs to.",
  },
  footage: {
    takes: ["footage", "from", "overwrite", "steps", "rate"],
    name: "--footage",
    fix: "Frames are held back from the footage itself, and tuning is done in one go: leave them out.",
  },
  "own camera": {
    takes: ["footage", "learn-degradation", "tddsr", "data", "from", "overwrite", "steps"],
    name: "--learn-degradation",
    fix: "The footage is what is learned from and judged by, and the same command goes on: leave them out.",
  },
  "co-learning": {
    takes: ["data", "real"],
    name: "a co-learning",
    fix: "Its recipe says how it is learned, and the same command goes on; leave them out, or write a recipe of your own.",
  },
};

/** Flags of one way alone, and what to say to who gives them to another. */
const belongs: Readonly<Partial<Record<Flag, readonly [message: string, fix: string]>>> = {
  "learn-degradation": [
    "--learn-degradation needs a camera's own footage.",
    "Write tatami train --footage VIDEOS --learn-degradation.",
  ],
  tddsr: [
    "--tddsr goes with --learn-degradation.",
    "Leave it out, or write tatami train --footage VIDEOS --learn-degradation --tddsr FILE.",
  ],
  real: ["--real goes with the recipe tddsr-x2.", "Leave it out, or train tddsr-x2."],
};

/** Refuses what a way does not look at. @throws TatamiError `invalid-option` */
export function checkMode(mode: TrainMode, flags: TrainFlags): void {
  const { takes, name, fix } = modes[mode];
  const wrong = (Object.keys(flags) as Flag[]).filter(
    (flag) => isGiven(flags[flag]) && !always.includes(flag) && !takes.includes(flag),
  );
  const [first] = wrong;
  if (first === undefined) return;
  const known = wrong.length === 1 ? belongs[first] : undefined;
  throw known ? usage(...known) : foreign(wrong, name, fix);
}

function isGiven(value: TrainFlags[Flag]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

function foreign(flags: readonly Flag[], name: string, fix: string): TatamiError {
  return usage(`${flags.map((flag) => `--${flag}`).join(" and ")} cannot be given with ${name}.`, fix);
}
