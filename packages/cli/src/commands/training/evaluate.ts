/** `tatami evaluate MODEL FOLDER...`: how close a model comes to the truth. */

import { basename, resolve } from "node:path";
import { throwIfAborted } from "@tatami/core";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { findTrained } from "../../training/find-trained.ts";
import { switchFlag, valueFlag } from "../../flags.ts";
import { parseChoice } from "../../parsing/parse-choice.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { scoreTable } from "../../training/score-table.ts";
import { toLine } from "../../to-json.ts";

/** Scores a model on folders of pictures. */
export const evaluateCommand: Command = defineCommand({
  name: "evaluate",
  summary: "Score a model on folders of pictures, beside bicubic enlargement.",
  usage: "MODEL FOLDER... [flags]",
  flags: {
    scale: valueFlag(
      "2|4",
      "Times smaller the pictures are made first; has to be the model's, which is the default.",
      parseChoice(["2", "4"]),
    ),
    json: switchFlag("Print one JSON object on stdout."),
  },
  examples: ["m5-x2 Set5 Set14", "runs/m7-x2.checkpoint Set5", "own.onnx Set5 --scale 2 --json"],
  async run([word, ...folders], flags, shell) {
    if (word === undefined || folders.length === 0) {
      throw usage(
        "tatami evaluate takes a model and one or more folders of pictures.",
        "Write tatami evaluate m5-x2 FOLDER.",
      );
    }
    const { model, steps } = await findTrained(word, shell);
    const { name, scale } = model;
    if (flags.scale !== undefined && Number(flags.scale) !== scale) {
      throw usage(
        `${name} upscales by ${scale}, not by ${flags.scale}.`,
        `Leave out --scale ${flags.scale}.`,
      );
    }
    const { compileKernels, scoreFolder } = await shell.library.loadTrainer();
    const compiled = await compileKernels();
    const sets = [];
    for (const folder of folders) {
      throwIfAborted(shell.signal);
      const rows = await scoreFolder(compiled, model, resolve(shell.cwd, folder));
      throwIfAborted(shell.signal);
      sets.push({ folder, rows });
      if (flags.json) continue;
      const trained = steps === undefined ? "" : ` after ${steps} steps`;
      const head = `${name} ×${scale}${trained}, ${basename(folder)}: Y-PSNR in dB, SSIM`;
      shell.stdout.write(`${sets.length > 1 ? "\n" : ""}${head}\n${scoreTable(rows)}`);
    }
    if (flags.json) shell.stdout.write(toLine({ model: name, scale, steps, sets }));
    return 0;
  },
});
