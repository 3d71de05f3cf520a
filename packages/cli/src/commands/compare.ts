/** `tatami compare A B`: two videos, frame by frame. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { throwIfAborted } from "@tatami/core";
import { checkOverwrite } from "../jobs/check-overwrite.ts";
import { defineCommand } from "../command.ts";
import type { Command } from "../command.ts";
import { comparisonToJson, describeComparison } from "../compare/describe-comparison.ts";
import { shippedLpips } from "../compare/shipped-lpips.ts";
import type { CompareOptions, Comparison } from "../compare/options.ts";
import { expandInputs } from "../jobs/expand-inputs.ts";
import { switchFlag, valueFlag } from "../flags.ts";
import { makeFolder } from "../jobs/make-folder.ts";
import { parseInteger } from "../parsing/parse-integer.ts";
import { usage } from "../parsing/parse-flags.ts";
import { createProgressDisplay } from "../display/progress-bar.ts";
import type { Shell } from "../shell.ts";
import { toLine } from "../to-json.ts";

const text = (value: string): string => value;

/** Scores videos frame by frame. */
export const compareCommand: Command = defineCommand({
  name: "compare",
  summary: "Score two videos or pictures frame by frame: PSNR, SSIM, LPIPS, flicker, VMAF.",
  usage: "A B [flags]",
  flags: {
    reference: valueFlag(
      "FILE",
      "What A and B should look like; without it B is scored against A.",
      text,
      "r",
    ),
    report: valueFlag("FILE.html", "Write one page with curves over time and the worst places.", text),
    every: valueFlag(
      "N",
      "Score every Nth pair of frames; default 1. Flicker and VMAF see all.",
      parseInteger(1),
    ),
    lpips: valueFlag(
      "FILE|off",
      "Another LPIPS network, or none: it takes most of the time. Default the one that ships.",
      text,
    ),
    vmaf: valueFlag(
      "FFMPEG",
      "An FFmpeg that has libvmaf, to measure VMAF with; default not measured.",
      text,
    ),
    "to-sdr": switchFlag("Convert 10-bit and HDR input to 8-bit SDR; without it such input is refused."),
    overwrite: switchFlag("Replace a report that exists.", "y"),
    json: switchFlag("Print one JSON object on stdout, with the scores of every frame."),
    quiet: switchFlag("Print nothing but errors and JSON.", "q"),
  },
  examples: [
    "m5.mp4 xl.mp4 --reference original.mp4 --report scores.html",
    "before.mp4 after.mp4 --json",
    "a.png b.png -r original.png",
    "a.mkv b.mkv --every 10 --lpips off --vmaf /opt/ffmpeg/bin/ffmpeg",
  ],
  async run(words, flags, shell) {
    if (words.length !== 2) {
      throw usage(
        `tatami compare takes two files, and was given ${words.length}.`,
        "Write tatami compare A B, with --reference for what both should look like.",
      );
    }
    const [a, b] = await Promise.all(words.map((word) => findFile(word, shell)));
    const reference = flags.reference === undefined ? undefined : await findFile(flags.reference, shell);
    const report = flags.report === undefined ? undefined : resolve(shell.cwd, flags.report);
    if (report !== undefined) {
      if (!flags.overwrite)
        await checkOverwrite(report, flags.report!, "Give --overwrite to replace it, or another --report.");
      await makeFolder(dirname(report), flags.report!);
    }
    const comparison = await compareFiles(
      {
        a: a!,
        b: b!,
        ...(reference !== undefined && { reference }),
        every: flags.every ?? 1,
        ...(flags.lpips !== "off" && {
          lpips: flags.lpips === undefined ? shippedLpips : resolve(shell.cwd, flags.lpips),
        }),
        toSdr: flags["to-sdr"],
      },
      { ffmpeg: flags.vmaf, isQuiet: flags.quiet, shell },
    );
    const named = withNames(comparison, { a: words[0]!, b: words[1]!, reference: flags.reference ?? "" });
    if (report !== undefined) await writeReport(named, report, shell);
    if (flags.json) shell.stdout.write(toLine(comparisonToJson(named)));
    else if (!flags.quiet) {
      const where = report === undefined ? "" : `report: ${flags.report}\n`;
      shell.stdout.write(`${describeComparison(named)}${where}`);
    }
    return 0;
  },
});

/** A single file or an address. @throws TatamiError when it is not there. */
async function findFile(word: string, shell: Shell): Promise<string> {
  const { files } = await expandInputs([word], shell.cwd);
  const [file] = files;
  if (files.length !== 1 || !file || word === "-")
    throw usage(`${word} is not one file.`, "Name one video or picture for each side.");
  if (file.failure) throw file.failure;
  return file.path;
}

interface Running {
  readonly ffmpeg: string | undefined;
  readonly isQuiet: boolean;
  readonly shell: Shell;
}

/** Does it in the engine's process. What lies on disk meanwhile is this one's to remove: it outlives the other. */
async function compareFiles(
  options: CompareOptions,
  { ffmpeg, isQuiet, shell }: Running,
): Promise<Comparison> {
  const program = ffmpeg !== undefined && /[\\/]/.test(ffmpeg) ? resolve(shell.cwd, ffmpeg) : ffmpeg;
  const folder = ffmpeg === undefined ? undefined : await mkdtemp(join(tmpdir(), "tatami-compare-"));
  const display = createProgressDisplay(shell, "compare", isQuiet);
  try {
    return await shell.library.compare(
      { ...options, ...(folder !== undefined && { vmaf: { ffmpeg: program!, folder } }) },
      (progress) => display.show(progress),
    );
  } finally {
    display[Symbol.dispose]();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** Files as they were typed. */
function withNames(
  comparison: Comparison,
  names: Readonly<Record<"a" | "b" | "reference", string>>,
): Comparison {
  return { ...comparison, videos: comparison.videos.map((video) => ({ ...video, file: names[video.name] })) };
}

async function writeReport(comparison: Comparison, path: string, shell: Shell): Promise<void> {
  // the plotting library is large, and of no use before
  const [{ comparisonPage }, { writeWhole }] = await Promise.all([
    import("../compare/comparison-page.ts"),
    shell.library.loadTrainer(),
  ]);
  const page = comparisonPage(comparison);
  throwIfAborted(shell.signal);
  await writeWhole(path, [new TextEncoder().encode(page)]);
}
