/** `tatami models`: what ships. */

import type { ModelCard } from "@tatami/zoo";
import { defineCommand } from "../command.ts";
import type { Command } from "../command.ts";
import { switchFlag } from "../flags.ts";
import { usage } from "../parsing/parse-flags.ts";
import { formatGain } from "../training/score-table.ts";
import { textTable } from "../display/text-table.ts";
import { toLine } from "../to-json.ts";

const mostTestSets = 3;

/** Lists the shipped models. */
export const modelsCommand: Command = defineCommand({
  name: "models",
  summary: "List the models that ship with Tatami.",
  usage: "[flags]",
  flags: { json: switchFlag("Print one JSON array on stdout.") },
  examples: ["", "--json"],
  async run(files, flags, shell) {
    if (files.length > 0)
      throw usage(`tatami models takes no files, and was given ${files[0]}.`, "Write tatami models.");
    const cards = shell.library.listModels();
    if (flags.json) {
      shell.stdout.write(toLine(cards));
      return 0;
    }
    const testSets = commonTestSets(cards);
    const rows = cards.map((card) => [
      card.name,
      `×${card.scale}`,
      card.track,
      String(card.parameters),
      String(card.macsPerPixel),
      String(card.totalSteps ?? card.steps),
      ...testSets.map((name) => describeScore(card.psnr[name], card.bicubicPsnr[name])),
    ]);
    const header = [
      "model",
      "scale",
      "track",
      "parameters",
      "MACs/pixel",
      "steps",
      ...testSets.map((name) => `PSNR ${name}`),
    ];
    shell.stdout.write(textTable(header, rows));
    return 0;
  },
});

/** The test sets that most models were scored on: more columns than these no terminal has room for. */
function commonTestSets(cards: readonly ModelCard[]): readonly string[] {
  const names = cards.flatMap((card) => Object.keys(card.psnr));
  const count = (name: string): number => names.filter((each) => each === name).length;
  const unique = [...new Set(names)];
  return unique.sort((a, b) => count(b) - count(a)).slice(0, mostTestSets);
}

/** `36.67 (+3.00)`: PSNR in dB, and by how much it is better than bicubic enlargement. */
function describeScore(psnr: number | undefined, bicubic: number | undefined): string {
  if (psnr === undefined) return "-";
  return bicubic === undefined ? psnr.toFixed(2) : `${psnr.toFixed(2)} (${formatGain(psnr - bicubic)})`;
}
