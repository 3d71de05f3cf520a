/** `tatami report CHECKPOINT`: curves, scores and details of a run as a page. */

import { join, relative, resolve } from "node:path";
import type { WrittenReport } from "@tatami/train";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { listFlag, switchFlag, valueFlag } from "../../flags.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { formatGain } from "../../training/score-table.ts";
import type { Shell } from "../../shell.ts";
import { toLine } from "../../to-json.ts";

/** Writes the report of a run, also while it is under way. */
export const reportCommand: Command = defineCommand({
  name: "report",
  summary: "Write a training run's curves, scores and details as one HTML file.",
  usage: "CHECKPOINT [flags]",
  flags: {
    evaluate: listFlag("FOLDER", "Pictures to score on; once for each test set. Default those of the run."),
    output: valueFlag(
      "PATH",
      "File to write; default NAME.report.html beside the checkpoint.",
      (text) => text,
      "o",
    ),
    json: switchFlag("Print one JSON object on stdout."),
  },
  examples: ["runs/m5-x2.checkpoint --evaluate Set5 --evaluate Set14"],
  async run(files, flags, shell) {
    const [file] = files;
    if (file === undefined || files.length > 1) {
      throw usage(
        `tatami report takes one checkpoint, and was given ${files.length} files.`,
        "Write tatami report CHECKPOINT.",
      );
    }
    const { writeReport } = await shell.library.loadTrainer();
    const folders = flags.evaluate.map((folder) => resolve(shell.cwd, folder));
    const written = await writeReport(resolve(shell.cwd, file), {
      ...(folders.length > 0 && { evaluate: folders }),
      ...(flags.output !== undefined && { output: resolve(shell.cwd, flags.output) }),
      signal: shell.signal,
    });
    const { path, sets } = written;
    shell.stdout.write(flags.json ? toLine({ report: path, sets }) : describeWrittenReport(written, shell));
    return 0;
  },
});

/** Where it is, and the means. */
export function describeWrittenReport({ path, sets }: WrittenReport, shell: Shell): string {
  const lines = sets.map(({ name, rows }) => {
    const { model, bicubic } = rows.at(-1)!;
    return `  ${name} ${model.psnr.toFixed(2)} dB (${formatGain(model.psnr - bicubic.psnr)}), SSIM ${model.ssim.toFixed(4)}\n`;
  });
  const name = relative(shell.cwd, path);
  return `${name.startsWith("..") ? path : join(name)}\n${lines.join("")}`;
}
