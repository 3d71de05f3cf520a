/** Runs ffprobe, which judges every table: what it says of a file, in its own words. */

import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

/** One stream, as ffprobe lists it. */
export interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly codec_tag_string?: string;
  readonly pix_fmt?: string;
  readonly sample_aspect_ratio?: string;
  readonly time_base: string;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly color_primaries?: string;
  readonly chroma_location?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly SideData[];
}

/** Side data of a stream or a frame. */
export interface SideData {
  readonly side_data_type: string;
  readonly [key: string]: unknown;
}

/** One packet. Times are seconds on the container's clock. */
export interface ProbedPacket {
  readonly stream_index: number;
  readonly pts_time?: string;
  readonly dts_time?: string;
  readonly duration_time?: string;
  readonly size: string;
  readonly flags: string;
}

/** One decoded frame of the picture. */
export interface ProbedFrame {
  readonly best_effort_timestamp_time?: string;
  readonly width: number;
  readonly height: number;
  readonly side_data_list?: readonly SideData[];
}

/** Everything ffprobe says of a file that is compared. */
export interface ProbeAnswer {
  readonly streams?: readonly ProbedStream[];
  readonly packets?: readonly ProbedPacket[];
  readonly frames?: readonly ProbedFrame[];
  readonly chapters?: readonly {
    readonly start_time: string;
    readonly end_time: string;
    readonly tags?: Readonly<Record<string, string>>;
  }[];
  readonly format?: {
    readonly format_name: string;
    readonly start_time?: string;
    readonly duration?: string;
    readonly tags?: Readonly<Record<string, string>>;
  };
  /** Whether a pixel that is not opaque was found; looked for only where the pixel format has room for one. */
  readonly isTransparent: boolean;
  /** What ffprobe and FFmpeg's decoders complained of, a sentence each, none twice. */
  readonly complaints: readonly string[];
}

/** Said where there is no ffprobe: nothing is judged without it. */
export const howToGetFfprobe =
  "There is no ffprobe, which judges this: install FFmpeg (apt-get install ffmpeg).";

/** Whether ffprobe can be run. */
export function hasFfprobe(): boolean {
  return spawnSync("ffprobe", ["-version"]).status === 0;
}

/**
 * Whether tests can be judged: where there is no ffprobe they are left out, which is said.
 *
 * @throws Error where it is a gate that runs them: there nothing is left out.
 */
export function judgeIsThere(): boolean {
  if (hasFfprobe()) return true;
  if (process.env["CI"]) throw new Error(howToGetFfprobe);
  console.warn(`${howToGetFfprobe} Its tests are left out.`);
  return false;
}

/** Asks for everything that is compared, and decodes the whole picture: the first video track that is no cover. */
export async function probe(path: string): Promise<ProbeAnswer> {
  const packets = ["-show_entries", "packet=stream_index,pts_time,dts_time,duration_time,size,flags"];
  const whole = await query(path, ["-show_format", "-show_streams", "-show_chapters", ...packets]);
  const picture = whole.answer.streams?.find(isPicture);
  if (!picture) return { ...whole.answer, isTransparent: false, complaints: whole.complaints };
  // the name of the side data is part of every frame that has any
  const entries = "frame=best_effort_timestamp_time,width,height:frame_side_data=side_data_type";
  const ofPicture = ["-select_streams", String(picture.index), "-show_entries", entries];
  const decoded = await query(path, ofPicture);
  const isTransparent = mayBeTransparent(picture) && (await hasTransparency(path, picture.index));
  const complaints = [...new Set([...whole.complaints, ...decoded.complaints])];
  return { ...whole.answer, frames: decoded.answer.frames ?? [], isTransparent, complaints };
}

/** Whether a stream is moving pictures, and not a cover. */
export function isPicture({ codec_type, disposition }: ProbedStream): boolean {
  return codec_type === "video" && disposition?.["attached_pic"] !== 1;
}

type Answer = Omit<ProbeAnswer, "complaints" | "isTransparent">;

const run = promisify(execFile);

async function query(
  path: string,
  args: readonly string[],
): Promise<{ answer: Answer; complaints: readonly string[] }> {
  const options = { maxBuffer: 2 ** 28, encoding: "utf8" } as const;
  const command = ["-v", "error", "-of", "json", ...args, path];
  const { stdout, stderr } = await run("ffprobe", command, options).catch(saidInFailing);
  const sentences = stderr.split("\n").map((line) => line.replace(/^\[[^\]]*\] /, "").trim());
  const complaints = [...new Set(sentences)].filter((sentence) => sentence !== "");
  return { answer: stdout.trim() === "" ? {} : (JSON.parse(stdout) as Answer), complaints };
}

// ffprobe exits with 1 where it cannot open a file, and says why
function saidInFailing(error: unknown): { stdout: string; stderr: string } {
  const failure = error as NodeJS.ErrnoException & { stdout: string; stderr: string };
  if (failure.code === "ENOENT") throw new Error(howToGetFfprobe, { cause: error });
  return failure;
}

function mayBeTransparent({ pix_fmt = "", tags = {} }: ProbedStream): boolean {
  const hasAlphaMode = Object.entries(tags).some(
    ([key, value]) => key.toLowerCase() === "alpha_mode" && value === "1",
  );
  return hasAlphaMode || /^(pal8|rgba|bgra|argb|abgr|ya|yuva|gbrap)/.test(pix_fmt);
}

// FFmpeg's own VP8 and VP9 decoders pass over the second stream that holds the transparency; libvpx's do not.
async function hasTransparency(path: string, index: number): Promise<boolean> {
  const name = (await query(path, ["-select_streams", String(index), "-show_entries", "stream=codec_name"]))
    .answer.streams?.[0]?.codec_name;
  const decoder = name === "vp8" ? ["-c:v", "libvpx"] : name === "vp9" ? ["-c:v", "libvpx-vp9"] : [];
  const filter = "format=rgba,alphaextract,signalstats,metadata=print:key=lavfi.signalstats.YMIN:file=-";
  const { stdout } = await run(
    "ffmpeg",
    [
      "-v",
      "error",
      "-nostdin",
      ...decoder,
      "-i",
      path,
      "-map",
      `0:${index}`,
      "-vf",
      filter,
      "-f",
      "null",
      "-",
    ],
    { maxBuffer: 2 ** 28, encoding: "utf8" },
  ).catch(saidInFailing);
  return [...stdout.matchAll(/YMIN=(\d+)/g)].some(([, least]) => Number(least) < 255);
}
