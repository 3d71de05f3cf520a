/** A file as ffprobe lists it, for the judge's own tests. */

import type { ProbeAnswer, ProbedPacket, ProbedStream } from "./ffprobe.ts";

/** What is otherwise than in a plain MP4 of three frames with AAC. */
export interface Otherwise {
  readonly format?: Partial<ProbeAnswer["format"]>;
  readonly video?: Partial<ProbedStream>;
  readonly audio?: Partial<ProbedStream>;
  /** Streams beyond picture and sound. */
  readonly more?: readonly ProbedStream[];
  readonly packets?: readonly ProbedPacket[];
  readonly frames?: ProbeAnswer["frames"];
  readonly chapters?: ProbeAnswer["chapters"];
  readonly complaints?: readonly string[];
  readonly isTransparent?: boolean;
}

/** Times of the frames, seconds. */
export const frameTimes = ["0.000000", "0.040000", "0.080000"] as const;

/** The size of the plain file's picture. */
export const plainSize = { width: 160, height: 120 } as const;

/** Packets of a stream at these times. */
export function packetsAt(
  index: number,
  times: readonly string[],
  more: Partial<ProbedPacket> = {},
): ProbedPacket[] {
  return times.map((pts_time) => {
    return { stream_index: index, pts_time, duration_time: "0.040000", size: "100", flags: "K__", ...more };
  });
}

/** Decoded frames at these times. */
export function framesAt(
  times: readonly string[],
  { width, height }: { readonly width: number; readonly height: number } = plainSize,
): NonNullable<ProbeAnswer["frames"]> {
  return times.map((best_effort_timestamp_time) => ({ best_effort_timestamp_time, width, height }));
}

/** ffprobe's answer on the plain file, but for what is otherwise. */
export function answerOf(otherwise: Otherwise = {}): ProbeAnswer {
  const { format, video, audio, more = [], packets = [], frames = framesAt(frameTimes) } = otherwise;
  const times = frames.map((frame) => frame.best_effort_timestamp_time!);
  return {
    streams: [
      {
        index: 0,
        codec_type: "video",
        codec_name: "h264",
        time_base: "1/12800",
        pix_fmt: "yuv420p",
        ...video,
      },
      { index: 1, codec_type: "audio", codec_name: "aac", time_base: "1/48000", ...audio },
      ...more,
    ],
    packets: [...packetsAt(0, times), ...packetsAt(1, frameTimes), ...packets],
    frames,
    chapters: otherwise.chapters ?? [],
    format: {
      format_name: "mov,mp4,m4a,3gp,3g2,mj2",
      start_time: "0.000000",
      duration: "0.120000",
      ...format,
    },
    complaints: otherwise.complaints ?? [],
    isTransparent: otherwise.isTransparent ?? false,
  };
}
