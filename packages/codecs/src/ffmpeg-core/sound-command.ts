/** The command line that brings sound into Matroska, copied or encoded anew. */

import type { SoundOptions } from "@tatami/core";
import { inputPath, outputPath } from "./core-source.ts";
import type { CoreCommand } from "./core-thread.ts";

/** A stream of sound, and what becomes of it. */
export interface SoundStream {
  /** Its number in the file. */
  readonly index: number;
  readonly channels: number;
  /** Whether it is copied as it is. */
  readonly isCopied: boolean;
}

/** Seconds added to all times, so that none is before zero, which Matroska cannot hold. */
export const soundOffset = 16;

/** Bits a second of a channel of encoded sound. */
const channelBitrate = 64_000;

/** Bytes in which sound is handed out. */
const pieceBytes = 2 ** 20;

/** FFmpeg's encoders. */
const encoders = { aac: "aac", opus: "libopus" } as const;

/** The command for these streams; they are the output's tracks in this order. */
export function soundCommand(
  streams: readonly SoundStream[],
  { otherwise, start, end }: SoundOptions,
  fileStart: number,
): CoreCommand {
  const cut = [
    ...(start === undefined ? [] : ["-ss", Math.max(0, start - fileStart).toFixed(6)]),
    ...(end === undefined ? [] : ["-to", Math.max(0, end - fileStart).toFixed(6)]),
  ];
  const tracks = streams.flatMap(({ index, channels, isCopied }, track) => {
    const map = ["-map", `0:${index}`, `-c:a:${track}`];
    if (isCopied) return [...map, "copy"];
    const kept = Math.min(2, Math.max(1, channels));
    const rate = `${kept * channelBitrate}`;
    return [...map, encoders[otherwise], `-b:a:${track}`, rate, `-ac:a:${track}`, `${kept}`];
  });
  const times = `-copyts -avoid_negative_ts disabled -output_ts_offset ${soundOffset}`.split(" ");
  return {
    program: "ffmpeg",
    pieceBytes,
    args: [
      ..."-hide_banner -nostats -loglevel level+error".split(" "),
      ...cut,
      "-i",
      inputPath,
      ...tracks,
      ...times,
      ...`-vn -sn -dn -f matroska ${outputPath}`.split(" "),
    ],
  };
}
