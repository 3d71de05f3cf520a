/** Files as other tools and cameras leave them, made by FFmpeg's command. */

import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Whether FFmpeg's commands can be run. */
export function hasFfmpeg(): boolean {
  return ["ffmpeg", "ffprobe"].every((program) => spawnSync(program, ["-version"]).status === 0);
}

/** What a file is made of. */
export interface OddFile {
  readonly name: string;
  /** Arguments before the file's name; a picture of 160×120 and a tone of 48 kHz are inputs 0 and 1. */
  readonly args: string;
  /** Seconds. @defaultValue 1 */
  readonly seconds?: number;
  /** Its bytes made into others. @defaultValue as they are */
  readonly spoil?: (bytes: Buffer) => Uint8Array;
}

/** Makes one in a folder, and gives its path. */
export async function makeOddFile(
  folder: string,
  { name, args, seconds = 1, spoil }: OddFile,
): Promise<string> {
  const path = join(folder, name);
  const picture = `-f lavfi -i testsrc2=s=160x120:r=25:d=${seconds}`;
  const sound = `-f lavfi -i sine=d=${seconds}:r=48000`;
  const all = `-v error -y -nostdin ${picture} ${sound} ${args}`.split(" ");
  const { status, stderr } = spawnSync("ffmpeg", [...all, path], { encoding: "utf8" });
  if (status !== 0) throw new Error(`FFmpeg could not make ${name}: ${stderr}`);
  if (spoil) await writeFile(path, spoil(await readFile(path)));
  return path;
}

/** What ffprobe says of a file. */
export interface ProbedOutput {
  readonly format: { readonly start_time: string; readonly tags?: Readonly<Record<string, string>> };
  readonly streams: readonly {
    readonly codec_type: string;
    readonly codec_name: string;
    readonly color_range?: string;
    readonly color_space?: string;
    readonly color_transfer?: string;
    readonly sample_aspect_ratio?: string;
    readonly tags?: Readonly<Record<string, string>>;
  }[];
  readonly packets: readonly { readonly codec_type: string; readonly pts_time: string }[];
}

/** Asks ffprobe. */
export function probeOutput(path: string): ProbedOutput {
  const args = ["-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_packets", path];
  const { stdout } = spawnSync("ffprobe", args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as ProbedOutput;
}
