/** The command line that brings sound into a container that mediabunny reads, copied or encoded anew. */

import type { SoundOptions } from "@tatami/core";
import type { CoreCommand } from "../core/core-messages.ts";
import { inputPath, outputPath } from "../core/core-messages.ts";

/** A stream of sound, and what becomes of it. */
export interface SoundStream {
  /** Its number in the file. */
  readonly index: number;
  readonly channels: number;
  /** FFmpeg's name of its codec. */
  readonly codecName: string;
  /** Seconds of its first packet, on the container's clock. */
  readonly firstTime: number;
  /** Whether its frames have headers of their own (ADTS), as AAC has in a transport stream. */
  readonly hasHeaders: boolean;
  /** Whether it is copied as it is. */
  readonly isCopied: boolean;
}

/** Seconds added to all times, so that none is before zero, which Matroska cannot hold. */
export const soundOffset = 16;

/** Seconds before a cut that are sought, for containers that do not know where their packets are; they are passed over. */
const lead = 10;

/** Bits a second of a channel of encoded sound. */
const channelBitrate = 64_000;

const quietly = "-hide_banner -nostats -loglevel level+error".split(" ");

/** Bytes in which sound is handed out. */
const pieceBytes = 2 ** 20;

/** FFmpeg's encoders. */
const encoders = { aac: "aac", opus: "libopus" } as const;

/** What of the sound is brought over, and how. */
export interface SoundPart extends Pick<SoundOptions, "otherwise"> {
  /** Seconds on the container's clock, or nothing for all of it. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** Seconds of the file's first timestamp: FFmpeg seeks from there. */
  readonly fileStart: number;
  /** Whether the clock jumps: then times count from the file's start, and FFmpeg joins what it jumps over. */
  readonly isJumping: boolean;
}

/** The command for these streams; they are the output's tracks in this order. */
export function soundCommand(
  streams: readonly SoundStream[],
  { otherwise, start, end, fileStart, isJumping }: SoundPart,
): CoreCommand {
  const cut = [
    ...(start === undefined ? [] : ["-ss", Math.max(0, start - fileStart - lead).toFixed(6)]),
    ...(end === undefined ? [] : ["-to", Math.max(0, end - fileStart).toFixed(6)]),
  ];
  const packed = streams.filter(isPacked);
  const tracks = streams.flatMap((stream, track) => {
    const { index, channels, isCopied } = stream;
    const from = isPacked(stream) ? `${1 + packed.indexOf(stream)}:0` : `0:${index}`;
    const map = ["-map", from, `-c:a:${track}`];
    if (isCopied) return [...map, "copy"];
    const kept = Math.min(2, Math.max(1, channels));
    const rate = `${kept * channelBitrate}`;
    return [...map, encoders[otherwise], `-b:a:${track}`, rate, `-ac:a:${track}`, `${kept}`];
  });
  const unpacked = packed.flatMap((stream) => [
    "-itsoffset",
    stream.firstTime.toFixed(6),
    "-i",
    unpackedPath(stream),
  ]);
  const clock = isJumping ? "" : "-copyts ";
  // the muxer of Matroska wants to know beforehand what those headers say
  const keepsHeaders = streams.some(({ isCopied, hasHeaders }) => isCopied && hasHeaders);
  const format = keepsHeaders ? "mpegts -muxdelay 0 -muxpreload 0" : "matroska";
  const times = `${clock}-avoid_negative_ts disabled -output_ts_offset ${soundOffset}`.split(" ");
  return {
    program: "ffmpeg",
    pieceBytes,
    before: packed.length === 0 ? undefined : unpackCommand(packed),
    args: [
      ...quietly,
      ...cut,
      "-i",
      inputPath,
      ...unpacked,
      ...tracks,
      ...times,
      ...`-vn -sn -dn -f ${format} ${outputPath}`.split(" "),
    ],
  };
}

/**
 * Whether packets hold several frames, of which this FFmpeg's decoder takes the first: AMR, as phones write it to 3GP.
 * Its own file format has them one by one.
 */
function isPacked({ codecName, isCopied }: SoundStream): boolean {
  return !isCopied && /^amr_[nw]b$/.test(codecName);
}

function unpackCommand(streams: readonly SoundStream[]): readonly string[] {
  const outputs = streams.flatMap((stream) =>
    `-map 0:${stream.index} -c copy -f amr ${unpackedPath(stream)}`.split(" "),
  );
  return [...quietly, "-i", inputPath, ...outputs];
}

function unpackedPath({ index }: SoundStream): string {
  return `/tmp/sound-${index}.amr`;
}
