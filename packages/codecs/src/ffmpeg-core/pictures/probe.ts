/** What ffprobe says of an input: its container, its streams and its first pictures. */

import { TatamiError } from "@tatami/core";
import { damagedInput, encryptedInput, unfinishedRecording } from "../../driver/explain-error.ts";
import { inputPath } from "../core/core-messages.ts";
import { withoutMarks } from "./picture-log.ts";
import type { CoreThreads } from "../core/thread-pool.ts";

/** A stream as ffprobe describes it; what it does not know is absent. */
export interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly codec_tag_string?: string;
  readonly width?: number;
  readonly height?: number;
  readonly pix_fmt?: string;
  readonly sample_aspect_ratio?: string;
  readonly avg_frame_rate?: string;
  readonly r_frame_rate?: string;
  readonly time_base?: string;
  readonly start_time?: string;
  readonly nb_frames?: string;
  readonly bit_rate?: string;
  readonly field_order?: string;
  readonly channels?: number;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly {
    readonly side_data_type?: string;
    readonly rotation?: number;
    readonly displaymatrix?: string;
  }[];
}

/** A decoded picture as ffprobe describes it. */
export interface ProbedPicture {
  readonly width: number;
  readonly height: number;
  readonly pix_fmt: string;
  /** Seconds, as a decimal. */
  readonly best_effort_timestamp_time?: string;
  readonly interlaced_frame?: number;
  readonly color_range?: string;
  readonly color_space?: string;
  readonly color_primaries?: string;
  readonly color_transfer?: string;
  readonly side_data_list?: readonly { readonly side_data_type?: string }[];
}

/** The container as ffprobe describes it. */
export interface ProbedFormat {
  readonly format_name: string;
  readonly start_time?: string;
  readonly duration?: string;
  readonly bit_rate?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Everything that is known of an input before it is read. */
export interface Probed {
  readonly format: ProbedFormat;
  readonly streams: readonly ProbedStream[];
  readonly hasChapters: boolean;
  /** The video that will be upscaled. */
  readonly video: ProbedStream;
  /** Its first pictures, at least one. */
  readonly pictures: readonly ProbedPicture[];
}

/**
 * Packets decoded to know what pictures look like and whether they are interlaced; more where none came of them, for a
 * recording may begin long before its first key frame.
 */
const probedPackets = { few: 24, many: 1500 } as const;

interface Answer {
  readonly format?: ProbedFormat;
  readonly streams?: readonly ProbedStream[];
  readonly chapters?: readonly unknown[];
  readonly frames?: readonly ProbedPicture[];
}

/**
 * Asks ffprobe twice: of the container, then of the first pictures of the video in it.
 *
 * @throws TatamiError `unsupported-container`, `unsupported-codec`, `damaged-input`, `encrypted-input`.
 */
export async function probe(threads: CoreThreads, signal: AbortSignal | undefined): Promise<Probed> {
  const whole = await ask(threads, ["-show_format", "-show_streams", "-show_chapters"], signal);
  const { format, streams = [] } = whole.answer;
  if (!format) throw unreadable(whole.complaints);
  if (whole.isLocked || streams.some(isEncrypted)) throw encryptedInput(whole.complaints[0]);
  const video = chooseVideo(streams, whole.complaints);
  let said = await askPictures(threads, video, probedPackets.few, signal);
  if (said.pictures.length === 0) said = await askPictures(threads, video, probedPackets.many, signal);
  const { pictures, complaints, isLocked } = said;
  if (pictures.length === 0 && isLocked) throw encryptedInput(complaints[0]);
  if (pictures.length === 0) throw undecodable(video, [...complaints, ...whole.complaints]);
  return { format, streams, hasChapters: (whole.answer.chapters?.length ?? 0) > 0, video, pictures };
}

async function askPictures(
  threads: CoreThreads,
  { index }: ProbedStream,
  packets: number,
  signal: AbortSignal | undefined,
): Promise<Said & { readonly pictures: readonly ProbedPicture[] }> {
  const args = `-select_streams ${index} -show_frames -read_intervals %+#${packets}`.split(" ");
  const said = await ask(threads, args, signal);
  return { ...said, pictures: said.answer.frames?.filter(({ pix_fmt }) => pix_fmt !== undefined) ?? [] };
}

/** What ffprobe answered. */
interface Said {
  readonly answer: Answer;
  /** Errors, as they were logged. */
  readonly complaints: readonly string[];
  /** Whether it was said that the input is encrypted. */
  readonly isLocked: boolean;
}

async function ask(
  threads: CoreThreads,
  what: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Said> {
  const args = ["-v", "level+warning", "-of", "json", ...what, inputPath];
  const said: string[] = [];
  const json: string[] = [];
  const line = (text: string, isLog: boolean): void => void (isLog ? said : json).push(text);
  await threads.run({ program: "ffprobe", args }, { line }, signal);
  const isLocked = said.some((text) => /DRM protected|encrypted|decrypt/i.test(text));
  const complaints = said.filter((text) => /\[(error|fatal|panic)\] /.test(text));
  try {
    return { answer: JSON.parse(json.join("\n")) as Answer, complaints, isLocked };
  } catch {
    return { answer: {}, complaints, isLocked };
  }
}

function chooseVideo(streams: readonly ProbedStream[], complaints: readonly string[]): ProbedStream {
  const videos = streams.filter(
    ({ codec_type, disposition }) => codec_type === "video" && disposition?.["attached_pic"] !== 1,
  );
  const first = videos[0];
  if (!first) {
    throw new TatamiError({
      code: "unsupported-container",
      message: `The file has no video track that FFmpeg can read${inBrackets(complaints)}.`,
      fix: "Choose a file that has a picture.",
    });
  }
  return videos.find(({ codec_name }) => codec_name !== undefined && codec_name !== "unknown") ?? first;
}

/** By the tags and the notes that MP4 has of encrypted samples. */
function isEncrypted({ codec_tag_string = "", side_data_list = [] }: ProbedStream): boolean {
  return (
    /^(encv|enca|drmi|drms)$/.test(codec_tag_string) ||
    side_data_list.some(({ side_data_type = "" }) => /encryption/i.test(side_data_type))
  );
}

function unreadable(complaints: readonly string[]): TatamiError {
  if (complaints.some((line) => /moov atom not found/.test(line))) return unfinishedRecording();
  return new TatamiError({
    code: "unsupported-container",
    message: `FFmpeg cannot read the input as a media file${inBrackets(complaints)}.`,
    fix: "Check that the file was copied or downloaded completely, and that it is a video.",
  });
}

function undecodable(video: ProbedStream, complaints: readonly string[]): TatamiError {
  const codec = video.codec_name ?? video.codec_tag_string ?? "unknown";
  const noDecoder = complaints.some((line) =>
    /no decoder|unsupported codec|hardware accelerated/i.test(line),
  );
  if (!noDecoder && video.codec_name !== undefined && video.codec_name !== "unknown")
    return damagedInput(`its first picture cannot be decoded${inBrackets(complaints)}`, 0, 0);
  return new TatamiError({
    code: "unsupported-codec",
    message: `FFmpeg's core for browsers cannot decode the video's codec, ${codec}${inBrackets(complaints)}.`,
    fix: "Use a browser that decodes it, or run Tatami in Node (the tatami command).",
    detail: { codec },
  });
}

function inBrackets([first]: readonly string[]): string {
  return first === undefined ? "" : ` (${withoutMarks(first)})`;
}
