/** What FFmpeg's muxers hold, by asking them, and how they are set. */

import type { Container } from "@tatami/core";
import type { CodecParameters, FormatContext } from "node-av";
import type { InputStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";

/** FFmpeg's name of each container's muxer. */
export const muxerNames: Readonly<Record<Container, string>> = {
  mp4: "mp4",
  mov: "mov",
  webm: "webm",
  mkv: "matroska",
};

/** Containers in the order in which they are named to people. */
export const allContainers: readonly Container[] = ["mkv", "mp4", "mov", "webm"];

/** Whether a container's times may be equal, and are whole milliseconds. */
export function isMatroska(container: Container): boolean {
  return container === "mkv" || container === "webm";
}

/** How a muxer is set. */
export interface MuxerSetup {
  /** The video's clock, kept where the container can. */
  readonly ticksPerSecond: number;
  /** Whether bytes already written can be changed. */
  readonly seekable: boolean;
  /** Whether tags are written in QuickTime's form, which has room for any name (MP4, MOV). */
  readonly anyTags: boolean;
}

/** The muxer's options in FFmpeg's words. */
export function muxerOptions(container: Container, setup: MuxerSetup): Record<string, string> {
  const { ticksPerSecond, seekable, anyTags } = setup;
  if (isMatroska(container)) {
    return {
      // Pictures have no decoding times there, so those before 0 must not push all others back.
      avoid_negative_ts: "disabled",
      // Which track is the default one is the input's to say.
      default_mode: "passthrough",
      ...(seekable ? {} : { live: "1" }),
    };
  }
  const flags = [
    ...(seekable ? [] : ["frag_keyframe", "empty_moov", "delay_moov", "default_base_moof"]),
    ...(anyTags ? ["use_metadata_tags"] : []),
  ];
  return {
    // Without it the muxer doubles a slow clock until it ticks 10 000 times a second.
    video_track_timescale: String(Math.min(ticksPerSecond, 1_000_000)),
    ...(flags.length > 0 ? { movflags: `+${flags.join("+")}` } : {}),
  };
}

/** Gives the parameters of a stream that is copied what the other container's muxer wants to choose itself. */
export function copyParameters(from: InputStream, to: CodecParameters): void {
  from.parameters.copy(to);
  // The number a codec goes by differs between containers: 0 lets the muxer choose its own. Data has no other name.
  if (from.kind !== "data") to.codecTag = 0;
}

/** Asks the muxer itself, by having it write a header that goes nowhere. */
export async function canHold(
  nodeAv: NodeAv,
  container: Container,
  stream: InputStream,
  change: (parameters: CodecParameters) => void = () => undefined,
): Promise<boolean> {
  const context = new nodeAv.FormatContext();
  if (context.allocOutputContext2(null, muxerNames[container], null) < 0) return false;
  const nowhere = new nodeAv.IOContext();
  nowhere.allocContextWithCallbacks(
    4096,
    1,
    null,
    (bytes) => bytes.length,
    () => 0n,
  );
  context.pb = nowhere;
  try {
    const added = context.newStream();
    copyParameters(stream, added.codecpar);
    change(added.codecpar);
    added.timeBase = new nodeAv.Rational(stream.timeBase.num, stream.timeBase.den);
    added.metadata = nodeAv.Dictionary.fromObject({ ...stream.tags });
    return (await context.writeHeader()) >= 0;
  } finally {
    closeMuxer(context);
    nowhere.freeContext();
  }
}

/** Frees a muxer whose bytes go through a context of our own, which is freed by whoever made it. */
export function closeMuxer(context: FormatContext): void {
  context.pb = null;
  context.freeContext();
}
