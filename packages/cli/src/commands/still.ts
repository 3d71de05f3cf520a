/** `tatami still VIDEO@TIME`: the best single picture of a moment, of the frames before and after it. */

import { parse, relative, resolve } from "node:path";
import { mostStrength, withoutUndefined } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { MomentPicture } from "@tatami/upscale";
import { chooseModel } from "../choose-model.ts";
import { defineCommand } from "../command.ts";
import type { Command } from "../command.ts";
import { switchFlag, valueFlag } from "../flags.ts";
import { checkOverwrite } from "../jobs/check-overwrite.ts";
import { parseChoice } from "../parsing/parse-choice.ts";
import { parseDuration } from "../parsing/parse-duration.ts";
import { parseInteger } from "../parsing/parse-integer.ts";
import { parseNumber } from "../parsing/parse-number.ts";
import { usage } from "../parsing/parse-flags.ts";
import { loadSharp } from "../pictures/load-sharp.ts";
import { save } from "../pictures/still.ts";
import { toRgb } from "../pictures/to-rgb.ts";
import { nameStill } from "../restoring/read-still.ts";
import type { Shell } from "../shell.ts";
import { toLine } from "../to-json.ts";

const text = (value: string): string => value;

/** Makes the picture. */
export const stillCommand: Command = defineCommand({
  name: "still",
  summary: "Make the best picture of a moment of a fixed camera, of the frames before and after it.",
  usage: "VIDEO@TIME [-o OUT.png]",
  flags: {
    output: valueFlag("FILE", "A PNG file; default NAME.TIMEs.png beside the video.", text, "o"),
    around: valueFlag(
      "TIME",
      "How far before and after the moment is looked; a place counts as long as it shows the same without a break. Default 8s, at most 10 minutes.",
      parseDuration,
    ),
    model: valueFlag(
      "MODEL",
      "A shipped model (tatami models) or an .onnx file; default auto: by what the file looks like.",
      text,
    ),
    scale: valueFlag("2|4", "Times wider and higher; chooses the model.", parseChoice(["2", "4"])),
    strength: valueFlag(
      "X",
      "How much of what the model adds to a bicubic filter is used, 0 to 1.5.",
      parseNumber(0, mostStrength),
    ),
    denoise: valueFlag(
      "X",
      "How much of what cameras and codecs add the model takes away, 0 to 1.",
      parseNumber(0, 1),
    ),
    threads: valueFlag(
      "N",
      "Threads of the CPU engine; default what the machine has, up to 8.",
      parseInteger(1),
    ),
    overwrite: switchFlag("Write over a file that exists.", "y"),
    json: switchFlag("Print one JSON object on stdout, with what each region rests on."),
  },
  examples: ["clip.mp4@12.5 -o door.png", "clip.mp4@1:02:07 --around 20s --scale 4"],
  async run(words, flags, shell) {
    const [word] = words;
    const named = word === undefined || words.length > 1 ? undefined : await nameStill(word, shell.cwd);
    if (named?.time === undefined)
      throw usage(
        "tatami still takes one video and a moment.",
        "Write tatami still VIDEO@TIME, as in clip.mp4@12.5.",
      );
    const { path, time } = named;
    const { dir, name } = parse(path);
    const output = flags.output ?? relative(shell.cwd, `${dir}/${name}.${time}s.png`);
    const target = resolve(shell.cwd, output);
    if (!flags.overwrite) await checkOverwrite(target, output, "Give --overwrite, or another name by -o.");
    const picture = await make(path, time, flags, shell);
    const { timestamp, looked, map, model, backend, choice, frame } = picture;
    try {
      const { width, height } = frame.size;
      await write(target, picture, name);
      const note = { output, timestamp, width, height, looked, model, backend, map };
      if (flags.json) shell.stdout.write(toLine({ ...note, ...(choice && { choice }) }));
      else shell.stdout.write(`${describe(picture, output).join("\n  ")}\n`);
      return 0;
    } finally {
      frame.close();
    }
  },
});

/** What was typed that decides about the picture. */
interface StillFlags {
  readonly around: number | undefined;
  readonly model: string | undefined;
  readonly scale: string | undefined;
  readonly strength: number | undefined;
  readonly denoise: number | undefined;
  readonly threads: number | undefined;
}

async function make(
  path: string,
  at: number,
  { around, scale, model: name, denoise, strength, threads }: StillFlags,
  shell: Shell,
): Promise<MomentPicture> {
  const asked = { model: name, scale: scale === undefined ? undefined : Number(scale), denoise };
  const chosen = await chooseModel(asked, shell);
  const { upscaleMoment } = await import("@tatami/upscale");
  const { chooseModel: chooserOf } = await import("@tatami/zoo");
  return upscaleMoment(path, {
    model: isModel(chosen) ? chosen : chooserOf(chosen),
    at,
    toSdr: true,
    signal: shell.signal,
    ...withoutUndefined({ around, strength, threads }),
  });
}

function isModel(chosen: Awaited<ReturnType<typeof chooseModel>>): chosen is Model | readonly Model[] {
  return Array.isArray(chosen) || "output" in chosen;
}

/** What the file says of itself, and people are told. */
function describe({ frame, timestamp, looked, map, model, choice }: MomentPicture, output: string): string[] {
  const { width, height } = frame.size;
  const frames = map.regions.map((region) => region.frames).sort((a, b) => a - b);
  const middle = frames[frames.length >> 1]!;
  const alone = frames.filter((count) => count < 4).length;
  return [
    output,
    `${width}×${height}, of ${timestamp.toFixed(3)} s, by ${model}`,
    ...(choice ? [`seen: ${choice.sentence}`] : []),
    `${looked} frames were looked at; half of the picture rests on ${middle} or more, and ${alone} of ${frames.length} regions on fewer than 4`,
  ];
}

/** A PNG that says what each part of it rests on. @throws TatamiError `output-failed` */
async function write(
  path: string,
  { frame, timestamp, map, looked, model }: MomentPicture,
  name: string,
): Promise<void> {
  const { width, height, data } = toRgb(await frame.planes(), frame.color);
  const sharp = await loadSharp();
  const rests = map.regions.map(({ frames, before, after }) => [frames, before, after]);
  const note = `${name} at ${timestamp.toFixed(3)} s, gathered from ${looked} frames around it, each pixel only from those that show the same there without a break, and enlarged by ${model}. Regions of ${map.columns}x${map.rows}, row by row: [frames, seconds before, seconds after] that half of a region's pixels rest on: ${JSON.stringify(rests)}`;
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .withExif({ IFD0: { Software: "tatami still", ImageDescription: note } })
    .toBuffer();
  await save(path, undefined, png);
}
