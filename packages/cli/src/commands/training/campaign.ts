/** `tatami campaign CAMPAIGN`: networks trained one from another, in order, from a folder of pictures. */

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { withoutUndefined } from "@tatami/core";
import type { EntryListeners, EntryProgress } from "@tatami/train";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { findTrained } from "../../training/find-trained.ts";
import { listFlag, switchFlag, valueFlag } from "../../flags.ts";
import { parseInteger } from "../../parsing/parse-integer.ts";
import { parseNumber } from "../../parsing/parse-number.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { readNote } from "../../training/read-note.ts";
import type { Shell } from "../../shell.ts";
import { toLine } from "../../to-json.ts";
import type { TrainingDisplay } from "../../training/training-display.ts";
import { createTrainingDisplay, listenTo } from "../../training/training-display.ts";

const text = (value: string): string => value;

/** Trains a campaign, or goes on with it. */
export const campaignCommand: Command = defineCommand({
  name: "campaign",
  summary: "Train networks one from another, in order: the whole zoo from a folder of pictures.",
  usage: "CAMPAIGN --data FOLDER --out FOLDER [flags]",
  flags: {
    data: valueFlag("FOLDER", "Pictures to train on.", text),
    out: valueFlag("FOLDER", "Where all of it goes; a campaign that is there goes on where it was.", text),
    evaluate: listFlag(
      "FOLDER",
      "Pictures never trained on. The first folder is scored while training, all of them in reports and on cards.",
    ),
    "data-note": valueFlag(
      "FILE",
      "Text that says what was trained on, and under which licences: models and cards are then written into OUT/models.",
      text,
    ),
    budget: valueFlag("SHARE", "What all steps are multiplied by; default 1.", parseNumber(0)),
    minutes: valueFlag("N", "Stop after this long, with a checkpoint.", parseNumber(0)),
    threads: valueFlag("N", "Threads; default all the machine has.", parseInteger(1, 256)),
    json: switchFlag("Print one JSON object on stdout at the end."),
    quiet: switchFlag("Print nothing but errors and JSON.", "q"),
  },
  examples: [
    "zoo --data PICTURES --out runs/zoo --evaluate Set5 --evaluate Set14",
    "zoo --data PICTURES --out runs/trial --budget 0.001",
    "./own-campaign.js --data PICTURES --out runs/own --minutes 60",
  ],
  async run(words, flags, shell) {
    const [word] = words;
    const { data, out, budget, minutes } = flags;
    const { listCampaigns, readCampaign, runCampaign } = await shell.library.loadTrainer();
    if (word === undefined || words.length > 1 || data === undefined || out === undefined) {
      throw usage(
        "tatami campaign takes one campaign, --data and --out.",
        `Write tatami campaign CAMPAIGN --data FOLDER --out FOLDER, with a file or one of: ${(await listCampaigns()).join(", ")}.`,
      );
    }
    const isFile = /[./\\]/.test(word);
    const campaign = await readCampaign(isFile ? resolve(shell.cwd, word) : word);
    const note = flags["data-note"];
    const notes = note === undefined ? undefined : { data: await readNote(resolve(shell.cwd, note)) };
    const display = createCampaignDisplay(shell, flags.quiet);
    try {
      const result = await runCampaign({
        campaign,
        data: resolve(shell.cwd, data),
        out: resolve(shell.cwd, out),
        evaluate: flags.evaluate.map((each) => resolve(shell.cwd, each)),
        threads: flags.threads ?? availableParallelism(),
        findTrained: (name) => findTrained(name, shell),
        cwd: shell.cwd,
        onEntry: display.entry,
        listen: display.listen,
        signal: shell.signal,
        ...withoutUndefined({ budget, minutes, notes }),
      });
      display[Symbol.dispose]();
      const { done, count } = result;
      if (flags.json) shell.stdout.write(toLine({ campaign: campaign.name, done, count }));
      else if (!flags.quiet)
        shell.stdout.write(`${campaign.name}\n  ${done} of ${count} networks are done\n`);
      return 0;
    } catch (error) {
      display[Symbol.dispose]();
      if (!shell.signal.aborted || error !== shell.signal.reason) throw error;
      shell.stderr.write(
        `Interrupted. Everything up to here is in ${out}.\n  → the same command goes on from there\n`,
      );
      return 130;
    }
  },
});

/** Shows whichever entry is in progress. */
interface CampaignDisplay extends Disposable {
  entry(progress: EntryProgress): void;
  listen(name: string): EntryListeners;
}

function createCampaignDisplay(shell: Shell, isQuiet: boolean): CampaignDisplay {
  let display: TrainingDisplay | undefined;
  const end = (): void => {
    display?.[Symbol.dispose]();
    display = undefined;
  };
  return {
    entry({ name, index, count, state }) {
      end();
      if (!isQuiet) shell.stderr.write(`${name}  ${state} (${index + 1} of ${count})\n`);
    },
    listen(name) {
      end();
      display = createTrainingDisplay(shell, name, isQuiet);
      return listenTo(display);
    },
    [Symbol.dispose]: end,
  };
}
