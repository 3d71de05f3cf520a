/** The flags of `tatami train`. */

import type { DistilMethod } from "@tatami/train";
import type { FlagValues, ListFlag, Switch, ValueFlag } from "../flags.ts";
import { listFlag, switchFlag, valueFlag } from "../flags.ts";
import { parseChoice } from "../parsing/parse-choice.ts";
import { parseInteger } from "../parsing/parse-integer.ts";
import { parseNumber } from "../parsing/parse-number.ts";

const text = (value: string): string => value;

/** The table. */
export const trainFlags: {
  readonly data: ValueFlag<string>;
  readonly out: ValueFlag<string>;
  readonly evaluate: ListFlag;
  readonly from: ValueFlag<string>;
  readonly teacher: ValueFlag<string>;
  readonly distil: ValueFlag<DistilMethod>;
  readonly alpha: ValueFlag<number>;
  readonly degradation: ValueFlag<string>;
  readonly "degradation-share": ValueFlag<number>;
  readonly real: ValueFlag<string>;
  readonly footage: ValueFlag<string>;
  readonly "learn-degradation": Switch;
  readonly tddsr: ValueFlag<string>;
  readonly resume: Switch;
  readonly overwrite: Switch;
  readonly minutes: ValueFlag<number>;
  readonly threads: ValueFlag<number>;
  readonly steps: ValueFlag<number>;
  readonly seed: ValueFlag<number>;
  readonly rate: ValueFlag<number>;
  readonly json: Switch;
  readonly quiet: Switch;
} = {
  data: valueFlag("FOLDER", "Pictures to train on; with --resume, by default those of before.", text),
  out: valueFlag("FOLDER", "Where checkpoint, history and report go; default runs.", text),
  evaluate: listFlag(
    "FOLDER",
    "Pictures never trained on. The first folder is scored while training, all of them in the report.",
  ),
  from: valueFlag(
    "MODEL",
    "A trained network to start from, of any size: a shipped model, a checkpoint, an .onnx file, or none; default the recipe's.",
    text,
  ),
  teacher: valueFlag(
    "MODEL",
    "A larger network of the same scale to learn from: a shipped model, a checkpoint, any .onnx file that enlarges luma or RGB; or none; default the recipe's.",
    text,
  ),
  distil: valueFlag(
    "METHOD",
    "How the teacher is learned from: outputs, its enlargements in place of the pictures; or mipkd, its features and parts as well; default the recipe's, else outputs.",
    parseChoice(["outputs", "mipkd"]),
  ),
  alpha: valueFlag(
    "0..1",
    "What the teacher counts for; the pictures themselves count for the rest. Default the recipe's, else 1, with mipkd 0.5.",
    parseNumber(0, 1),
  ),
  degradation: valueFlag(
    "FILE",
    "On the camera track: a degradation that tatami train tddsr-x2 learned, for a share of the pictures; or none.",
    text,
  ),
  "degradation-share": valueFlag("0..1", "That share; default 0.25.", parseNumber(0, 1)),
  real: valueFlag(
    "FOLDER",
    "With the recipe tddsr-x2: a camera's own clips and pictures, whose degradation is learned.",
    text,
  ),
  footage: valueFlag(
    "PATH",
    "In place of a recipe: tune --from on a camera's video file, or a folder of them.",
    text,
  ),
  "learn-degradation": switchFlag(
    "With --footage: learn the camera's degradation from it first, then tune --from by half of it and half of the camera track, on --data or on the footage's own frames at half their size. The same command goes on after an interruption.",
  ),
  tddsr: valueFlag(
    "FILE",
    "With --learn-degradation: the co-learning to begin with, a NAME.start.checkpoint that tatami train tddsr-x2 left; default one that ships.",
    text,
  ),
  resume: switchFlag("Go on from the checkpoint in --out."),
  overwrite: switchFlag("Begin anew over a checkpoint that exists.", "y"),
  minutes: valueFlag(
    "N",
    "Stop after this long, with a checkpoint; with --footage default 5, with --learn-degradation 15.",
    parseNumber(0),
  ),
  threads: valueFlag(
    "N",
    "Threads; default all the machine has. They do not change the result.",
    parseInteger(1, 256),
  ),
  steps: valueFlag("N", "In place of the recipe's steps.", parseInteger(1)),
  seed: valueFlag("N", "In place of the recipe's seed.", parseInteger(0)),
  rate: valueFlag("X", "In place of the recipe's highest learning rate.", parseNumber(0)),
  json: switchFlag("Print one JSON object on stdout at the end."),
  quiet: switchFlag("Print nothing but errors and JSON.", "q"),
};

/** What was typed. */
export type TrainFlags = FlagValues<typeof trainFlags>;
