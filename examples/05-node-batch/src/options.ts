/** What was asked for on the command line. */

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkInteger, TatamiError } from "@tatami/core";
import { listModels } from "@tatami/zoo";

/** A batch, resolved. */
export interface BatchOptions {
  /** The folder of recordings, absolute. */
  readonly from: string;
  /** Where results go, absolute. */
  readonly to: string;
  readonly model: string;
  /** From 1 to 100. */
  readonly quality: number;
  /** Recordings at once. */
  readonly jobs: number;
  /** Threads of each recording's engine. */
  readonly threads: number;
}

export const usage = `Usage: npm start -w @tatami/example-node-batch -- FOLDER [flags]

Upscales every recording in FOLDER. Run it again after an interruption: what is finished is not done again.

  -o, --output FOLDER   where results go; FOLDER/upscaled where left out
  -m, --model NAME      one of the shipped models; m5-x2-camera where left out
  -q, --quality 1-100   of the encoding; 75 where left out
  -j, --jobs N          recordings at once; 1 where left out
  -h, --help            this text
`;

/** @param cwd where relative paths begin @throws TatamiError `invalid-option` */
export const readOptions = (words: readonly string[], cwd: string): BatchOptions | "help" => {
  const { values, positionals } = parse(words);
  if (values.help) return "help";
  const [folder, second] = positionals;
  if (folder === undefined || second !== undefined)
    throw wrongUsage(`One folder is needed, not ${positionals.length}.`);
  const from = resolve(cwd, folder);
  if (!listModels().some(({ name }) => name === values.model))
    throw wrongUsage(
      `There is no model ${values.model}; there are ${listModels()
        .map(({ name }) => name)
        .join(", ")}.`,
    );
  const jobs = checkInteger("--jobs", Number(values.jobs), 1, 64);
  return {
    from,
    to: values.output === undefined ? resolve(from, "upscaled") : resolve(cwd, values.output),
    model: values.model,
    quality: checkInteger("--quality", Number(values.quality), 1, 100),
    jobs,
    threads: Math.max(1, Math.floor(availableParallelism() / jobs)),
  };
};

const parse = (words: readonly string[]) => {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        output: { type: "string", short: "o" },
        model: { type: "string", short: "m", default: "m5-x2-camera" },
        quality: { type: "string", short: "q", default: "75" },
        jobs: { type: "string", short: "j", default: "1" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw wrongUsage(error instanceof Error ? error.message : String(error));
  }
};

const wrongUsage = (message: string): TatamiError<"invalid-option"> =>
  new TatamiError({ code: "invalid-option", message, fix: "See --help for what can be asked for." });
