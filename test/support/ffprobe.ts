/** What ffprobe says of a file, where there is an ffprobe: the judge of a driver that reads through FFmpeg's libraries. */

import { spawnSync } from "node:child_process";

/** What a file's picture comes to when it is decoded. */
export interface Probed {
  readonly width: number;
  readonly height: number;
  /** Seconds, in the order shown. */
  readonly timestamps: readonly number[];
  readonly audioTracks: number;
}

/** Whether ffprobe can be run. */
export function hasFfprobe(): boolean {
  return spawnSync("ffprobe", ["-version"]).status === 0;
}

/** Decodes the whole first video track. Nothing when there is none. */
export function probe(path: string): Probed | undefined {
  const streams = query(path, [
    "-show_entries",
    "stream=codec_type,index:stream_disposition=attached_pic",
  ]).streams;
  const isPicture = (stream: Stream): boolean =>
    stream.codec_type === "video" && stream.disposition?.attached_pic !== 1;
  const video = streams?.find(isPicture);
  if (!video) return undefined;
  const frames =
    query(path, [
      "-select_streams",
      String(video.index),
      "-show_entries",
      "frame=best_effort_timestamp_time,width,height",
    ]).frames ?? [];
  const [first] = frames;
  if (!first) return undefined;
  return {
    width: first.width,
    height: first.height,
    timestamps: frames.map((frame) => Number(frame.best_effort_timestamp_time)),
    audioTracks: streams?.filter((stream) => stream.codec_type === "audio").length ?? 0,
  };
}

interface Stream {
  readonly index: number;
  readonly codec_type: string;
  readonly disposition?: { readonly attached_pic: number };
}

interface Answer {
  readonly streams?: readonly Stream[];
  readonly frames?: readonly { width: number; height: number; best_effort_timestamp_time: string }[];
}

function query(path: string, args: readonly string[]): Answer {
  const { stdout } = spawnSync("ffprobe", ["-v", "quiet", "-of", "json", ...args, path], {
    maxBuffer: 2 ** 28,
    encoding: "utf8",
  });
  return stdout === "" ? {} : (JSON.parse(stdout) as Answer);
}
