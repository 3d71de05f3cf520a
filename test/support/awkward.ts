/** What becomes of any file: a valid output, or one error with a code and a fix. Nothing else. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { registerMediabunnyServer } from "@mediabunny/server";
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from "mediabunny";
import { tatami } from "./command-line.ts";

/** One row of the table. */
export interface Outcome {
  readonly file: string;
  /** "ok", an error's code, or what went wrong that never may. */
  readonly result: string;
  /** Frames and size of the output, or the error's message. */
  readonly detail: string;
  readonly seconds: number;
  /** Whether it ended in one of the two ways it may. */
  readonly valid: boolean;
}

/** Upscales one file by the command line into an empty folder and judges what is there afterwards. */
export async function outcomeOf(
  input: string,
  options: { readonly folder: string; readonly model: string; readonly limitSeconds: number },
): Promise<Outcome> {
  const { folder, model, limitSeconds } = options;
  const file = input.slice(input.lastIndexOf("/") + 1);
  const output = join(folder, `${file}.mp4`);
  const args = ["upscale", input, "-o", output, "--model", model, "--json", "--quiet"];
  const run = await tatami(args, { limitSeconds });
  const row = (result: string, detail: string, valid: boolean): Outcome => {
    return { file, result, detail, seconds: run.seconds, valid };
  };
  if (run.status === null) return row("hung", `killed after ${limitSeconds} s`, false);
  const left = readdirSync(folder).filter((name) => name.startsWith(file) && join(folder, name) !== output);
  if (left.length > 0) return row("left behind", left.join(", "), false);
  if (run.status === 0) return row("ok", ...(await judgeOutput(input, output)));
  const code = /\[([a-z-]+)\]/.exec(run.stderr)?.[1];
  const fix = /→ .+/.exec(run.stderr)?.[0];
  const message = run.stderr.trim().split("\n")[0] ?? "";
  if (existsSync(output)) return row("partial file", message, false);
  if (run.status !== 1 || code === undefined || fix === undefined)
    return row(`crashed (${run.status})`, run.stderr.trim().slice(0, 300), false);
  return row(code, message, true);
}

/** Every plain file of a folder, in the order of its names. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !/\.(md|tsv|txt)$/.test(path));
}

async function judgeOutput(input: string, output: string): Promise<[detail: string, valid: boolean]> {
  const [before, after] = [await read(input), await read(output)];
  const problems = [
    after.frames === before.frames ? "" : `${after.frames} frames from ${before.frames}`,
    after.width === 2 * before.width && after.height === 2 * before.height
      ? ""
      : `${after.width}×${after.height} from ${before.width}×${before.height}`,
    after.rotation === before.rotation ? "" : `turned by ${after.rotation}°, not ${before.rotation}°`,
    sameTimes(before.timestamps, after.timestamps) ? "" : "other timestamps",
  ].filter((problem) => problem !== "");
  if (problems.length > 0) return [problems.join("; "), false];
  return [`${after.frames} frames, ${after.width}×${after.height}`, true];
}

interface Facts {
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  readonly rotation: number;
  readonly timestamps: readonly number[];
}

// The packet index is read, not the frames: it is what the container itself says.
async function read(path: string): Promise<Facts> {
  registerMediabunnyServer();
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new Error(`${path} has no video track.`);
    const timestamps: number[] = [];
    for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, {
      metadataOnly: true,
    }))
      timestamps.push(packet.timestamp);
    timestamps.sort((a, b) => a - b);
    const { codedWidth: width, codedHeight: height, rotation } = track;
    return { frames: timestamps.length, width, height, rotation, timestamps };
  } finally {
    input.dispose();
  }
}

// Equal from the first frame on: an edit list may begin before zero, which MP4 writes as a shift of all.
function sameTimes(before: readonly number[], after: readonly number[]): boolean {
  const shift = (after[0] ?? 0) - (before[0] ?? 0);
  return before.every((time, index) => Math.abs(after[index]! - time - shift) < 1e-6);
}
