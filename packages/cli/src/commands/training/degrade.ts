/** `tatami degrade PICTURE`: what a learned degradation makes of a picture, to look at. */

import { resolve } from "node:path";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { switchFlag, valueFlag } from "../../flags.ts";
import { checkOverwrite } from "../../jobs/check-overwrite.ts";
import { parseInteger } from "../../parsing/parse-integer.ts";
import { usage } from "../../parsing/parse-flags.ts";

const text = (value: string): string => value;

/** Degrades a picture. */
export const degradeCommand: Command = defineCommand({
  name: "degrade",
  summary: "Make a picture half as large as a camera does whose degradation was learned.",
  usage: "PICTURE --degradation FILE -o OUT.png",
  flags: {
    degradation: valueFlag("FILE", "A degradation that tatami train tddsr-x2 learned.", text),
    output: valueFlag("FILE", "The small picture, a PNG file.", text, "o"),
    seed: valueFlag("N", "Another one is another picture; default 1.", parseInteger(0)),
    overwrite: switchFlag("Write over a file that exists.", "y"),
  },
  examples: ["door.png --degradation runs/tddsr-x2.degradation.onnx -o small.png"],
  async run(words, flags, shell) {
    const [picture] = words;
    const { degradation, output, seed } = flags;
    if (picture === undefined || words.length > 1 || degradation === undefined || output === undefined)
      throw usage(
        "tatami degrade takes a picture, --degradation and -o.",
        "Write tatami degrade PICTURE --degradation FILE -o OUT.png.",
      );
    const { degradePictureFile } = await shell.library.loadTrainer();
    const path = resolve(shell.cwd, output);
    if (!flags.overwrite) await checkOverwrite(path, output, "Give --overwrite, or another name by -o.");
    const { width, height } = await degradePictureFile({
      picture: resolve(shell.cwd, picture),
      degradation: resolve(shell.cwd, degradation),
      output: path,
      ...(seed !== undefined && { seed }),
    });
    shell.stdout.write(`${output}\n  ${width}×${height}, by ${degradation}\n`);
    return 0;
  },
});
