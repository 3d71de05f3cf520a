/** `tatami export CHECKPOINT --out DIR`: a model and its card, as the zoo takes them. */

import { basename, join, resolve } from "node:path";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { checkOverwrite } from "../../jobs/check-overwrite.ts";
import { listFlag, switchFlag, valueFlag } from "../../flags.ts";
import { formatBytes } from "../../display/format.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { formatGain } from "../../training/score-table.ts";
import { readNote } from "../../training/read-note.ts";
import type { Shell } from "../../shell.ts";
import { toLine } from "../../to-json.ts";

const text = (value: string): string => value;

/** Writes a model file and its card. */
export const exportCommand: Command = defineCommand({
  name: "export",
  summary: "Write a checkpoint as a model file with its card, scored: what @tatami/zoo ships.",
  usage: "CHECKPOINT --out FOLDER --data-note FILE [flags]",
  flags: {
    out: valueFlag("FOLDER", "Where NAME.onnx and NAME.json go; made when it is not there.", text),
    "data-note": valueFlag("FILE", "Text that says what it was trained on, and under which licences.", text),
    evaluate: listFlag("FOLDER", "Pictures to score it on; once for each test set."),
    note: valueFlag(
      "TEXT",
      "What the recipe does not tell of how it was made; default the networks it started from and learned from.",
      text,
    ),
    overwrite: switchFlag("Replace files that exist.", "y"),
    json: switchFlag("Print the card on stdout."),
  },
  examples: [
    "runs/m5-x2.checkpoint --out models --data-note recipes/data-note.txt --evaluate Set5 --evaluate Set14",
  ],
  async run(files, flags, shell) {
    const [file] = files;
    const { out, "data-note": dataNote } = flags;
    if (file === undefined || files.length > 1 || out === undefined || dataNote === undefined) {
      throw usage(
        "tatami export takes one checkpoint, --out and --data-note.",
        "Write tatami export CHECKPOINT --out FOLDER --data-note FILE.",
      );
    }
    const { readCheckpoint, writeModel } = await shell.library.loadTrainer();
    const { name } = (await readCheckpoint(resolve(shell.cwd, file))).recipe;
    const data = await readNote(resolve(shell.cwd, dataNote));
    const paths = [".onnx", ".json"].map((ending) => resolve(shell.cwd, out, `${name}${ending}`));
    for (const path of flags.overwrite ? [] : paths) {
      const fix = "Give --overwrite to replace it, or another --out.";
      await checkOverwrite(path, join(out, basename(path)), fix);
    }
    const note = flags.note ?? (await startNote(resolve(shell.cwd, file), shell));
    const { bytes, card } = await writeModel(resolve(shell.cwd, file), {
      out: resolve(shell.cwd, out),
      evaluate: flags.evaluate.map((folder) => resolve(shell.cwd, folder)),
      data,
      ...(note && { note }),
      signal: shell.signal,
    });
    if (flags.json) {
      shell.stdout.write(toLine(card));
      return 0;
    }
    const lines = Object.entries(card.psnr).map(([set, psnr]) => {
      const gain = formatGain(psnr - (card.bicubicPsnr[set] ?? psnr));
      return `  ${set} ${psnr.toFixed(2)} dB (${gain}), SSIM ${(card.ssim[set] ?? 0).toFixed(4)}\n`;
    });
    shell.stdout.write(
      `${join(out, `${name}.onnx`)}\n  ${card.parameters} parameters, ${formatBytes(bytes.length)}, after ${card.totalSteps ?? card.steps} steps, ` +
        `folding error ${card.foldingError.toExponential(1)}\n${lines.join("")}`,
    );
    return 0;
  },
});

/** What the run's history says of the networks it started from and learned from. */
async function startNote(checkpoint: string, shell: Shell): Promise<string | undefined> {
  const { historyPath, readHistory } = await shell.library.loadTrainer();
  const first = (await readHistory(historyPath(checkpoint))).find(({ kind }) => kind === "start");
  const { from, teacher } = first?.kind === "start" ? first.sources : {};
  const told = [from && `Started from ${basename(from)}.`, teacher && `Taught by ${basename(teacher)}.`];
  return told.filter((line) => line).join(" ") || undefined;
}
