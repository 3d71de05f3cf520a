/** `tatami fold CHECKPOINT -o MODEL.onnx`: the small network that a wide one is. */

import { resolve } from "node:path";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { checkOverwrite } from "../../jobs/check-overwrite.ts";
import { switchFlag, valueFlag } from "../../flags.ts";
import { formatBytes } from "../../display/format.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { toLine } from "../../to-json.ts";

/** Folds a checkpoint into a model file. */
export const foldCommand: Command = defineCommand({
  name: "fold",
  summary: "Fold a checkpoint into a model file that tatami upscale --model takes.",
  usage: "CHECKPOINT [flags]",
  flags: {
    output: valueFlag("PATH", "File to write; default NAME.onnx.", (text) => text, "o"),
    overwrite: switchFlag("Replace the file if it exists.", "y"),
    json: switchFlag("Print one JSON object on stdout."),
  },
  examples: ["runs/m5-x2.checkpoint", "runs/m5-x2.checkpoint -o own.onnx -y"],
  async run(files, flags, shell) {
    const [file] = files;
    if (file === undefined || files.length > 1) {
      throw usage(
        `tatami fold takes one checkpoint, and was given ${files.length} files.`,
        "Write tatami fold CHECKPOINT -o MODEL.onnx.",
      );
    }
    const { exportModel, foldCheckpoint, readCheckpoint, writeWhole } = await shell.library.loadTrainer();
    const checkpoint = await readCheckpoint(resolve(shell.cwd, file));
    const output = flags.output ?? `${checkpoint.recipe.name}.onnx`;
    const path = resolve(shell.cwd, output);
    if (!flags.overwrite)
      await checkOverwrite(path, output, "Give --overwrite to replace it, or another --output.");
    const folded = foldCheckpoint(checkpoint);
    const { bytes, card } = await exportModel(checkpoint, folded, {}, { data: "" });
    await writeWhole(path, [bytes]);
    const { name, scale, parameters, steps, foldingError, sha256 } = card;
    shell.stdout.write(
      flags.json
        ? toLine({ file: output, bytes: bytes.length, name, scale, parameters, steps, foldingError, sha256 })
        : `${output}\n  ${name} ×${scale}, ${parameters} parameters, ${formatBytes(bytes.length)}, after ${steps} steps\n` +
            `  differs from the wide network by ${foldingError.toExponential(1)} at most\n`,
    );
    return 0;
  },
});
