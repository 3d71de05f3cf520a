/** `tatami restore PICTURE`: a still twice as large, by a restorer that was learned with a camera's degradation. */

import { parse, resolve } from "node:path";
import { noEvidence, withoutUndefined } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { loadRestorer, restorerKinds } from "@tatami/zoo/restorers";
import { loadNamed } from "../choose-model.ts";
import { defineCommand } from "../command.ts";
import type { Command } from "../command.ts";
import { switchFlag, valueFlag } from "../flags.ts";
import { checkOverwrite } from "../jobs/check-overwrite.ts";
import { parseInteger } from "../parsing/parse-integer.ts";
import { usage } from "../parsing/parse-flags.ts";
import { nameStill, readStill } from "../restoring/read-still.ts";
import { writeRestored } from "../restoring/write-restored.ts";
import type { Shell } from "../shell.ts";
import { toLine } from "../to-json.ts";

const text = (value: string): string => value;

/** Restores a still. */
export const restoreCommand: Command = defineCommand({
  name: "restore",
  summary: "Make a still twice as large in one step of a diffusion; detail in it may be invented.",
  usage: "PICTURE|VIDEO@TIME [--model fidelity|perceptual|FILE] [-o OUT.png]",
  flags: {
    model: valueFlag(
      "NAME",
      "fidelity, the default: nearest to the truth on average; perceptual: sharper, and it invents more; or a restorer's file.",
      text,
    ),
    output: valueFlag("FILE", "A PNG file; default NAME.restored.png beside the picture.", text, "o"),
    threads: valueFlag(
      "N",
      "Threads of the CPU engine; default what the machine has, up to 8.",
      parseInteger(1),
    ),
    overwrite: switchFlag("Write over a file that exists.", "y"),
    json: switchFlag("Print one JSON object on stdout."),
  },
  examples: [
    "door.png",
    "clip.mp4@12.5 --model perceptual -o door.png",
    "door.png --model runs/tddsr-x2.fidelity.onnx",
  ],
  async run(words, flags, shell) {
    const [word] = words;
    const { model: named = "fidelity", threads, json } = flags;
    if (word === undefined || words.length > 1)
      throw usage(
        "tatami restore takes one picture.",
        "Write tatami restore PICTURE, or VIDEO@TIME for a picture of a video.",
      );
    const still = await nameStill(word, shell.cwd);
    const output = flags.output ?? restoredName(still.path);
    const path = resolve(shell.cwd, output);
    if (!flags.overwrite) await checkOverwrite(path, output, "Give --overwrite, or another name by -o.");
    const model = await openRestorer(named, shell);
    const { upscalePicture } = await import("@tatami/upscale");
    const { signal } = shell;
    const picture = await upscalePicture(await readStill(still, signal), {
      model,
      signal,
      ...withoutUndefined({ threads }),
    });
    await writeRestored(path, picture);
    const { width, height, backend } = picture;
    if (json) shell.stdout.write(toLine({ output, width, height, model: picture.model, backend }));
    else shell.stdout.write(`${output}\n  ${width}×${height}, by ${picture.model}\n  ${noEvidence}\n`);
    return 0;
  },
});

/** One that ships, or a file's. @throws TatamiError `invalid-option`, and as {@link loadNamed} */
async function openRestorer(named: string, shell: Shell): Promise<Model> {
  const shipped = restorerKinds.find((kind) => kind === named);
  if (shipped) return loadRestorer(shipped, { signal: shell.signal });
  if (/\.onnx$/i.test(named)) return loadNamed(named, { scale: undefined, denoise: undefined }, shell);
  throw usage(
    `--model ${named} is no restorer: ${restorerKinds.join(" and ")} ship, and others are ONNX files.`,
    "Leave it out, or name the ONNX file that tatami train tddsr-x2 left.",
  );
}

function restoredName(path: string): string {
  const { dir, name } = parse(path);
  return `${dir}/${name}.restored.png`;
}
