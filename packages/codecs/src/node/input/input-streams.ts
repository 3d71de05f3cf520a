/** The streams of an opened input, as plain facts that outlive its connection. */

import type { TrackDescription, TrackKind } from "@tatami/core";
import type { CodecParameters, IRational, Stream } from "node-av";
import { codecNameOf } from "../../driver/codec-names.ts";
import type { NodeAv } from "../node-av.ts";

/** One stream. */
export interface InputStream {
  readonly index: number;
  readonly kind: TrackKind;
  /** In the words of the contract. */
  readonly codec: string | null;
  readonly language: string | null;
  /** A copy, which is freed with the demuxer that made it. */
  readonly parameters: CodecParameters;
  /** Seconds a tick. */
  readonly timeBase: IRational;
  /** Frames a second, 0 when not known. */
  readonly frameRate: number;
  /** Frames, or `null` when the container does not say. */
  readonly frameCount: number | null;
  /** Seconds, or `null` when not known. */
  readonly start: number | null;
  /** Seconds, or `null` when not known. */
  readonly duration: number | null;
  readonly pixelAspectRatio: IRational;
  /** What the container says of it by name: title, language, creation_time and so on. */
  readonly tags: Readonly<Record<string, string>>;
  /** FFmpeg's flags: default, forced, and so on. */
  readonly disposition: Stream["disposition"];
  /** Whether it is nothing but one picture, a cover. */
  readonly isCover: boolean;
  /** Whether transparency lies beside its pictures (WebM). */
  readonly hasAlphaBeside: boolean;
  /** Whether the container says that its packets are encrypted. */
  readonly encrypted: boolean;
}

/** The same stream for another connection, with parameters of its own. */
export function copyInputStream(nodeAv: NodeAv, stream: InputStream): InputStream {
  return { ...stream, parameters: copyParameters(nodeAv, stream.parameters) };
}

function copyParameters(nodeAv: NodeAv, from: CodecParameters): CodecParameters {
  const parameters = new nodeAv.CodecParameters();
  parameters.alloc();
  nodeAv.FFmpegError.throwIfError(from.copy(parameters), "Reading a stream's parameters");
  return parameters;
}

/** Reads what an open input says of a stream. */
export function readInputStream(nodeAv: NodeAv, stream: Stream): InputStream {
  const parameters = copyParameters(nodeAv, stream.codecpar);
  const { num, den } = stream.timeBase;
  const seconds = (ticks: bigint): number | null =>
    ticks === nodeAv.AV_NOPTS_VALUE ? null : (Number(ticks) * num) / den;
  const tags = nameAsTitle(stream.metadata?.getAll() ?? {});
  const language = tags["language"];
  return {
    index: stream.index,
    kind: kindOf(nodeAv, stream),
    codec: codecNameOf(nodeAv.avGetCodecName(parameters.codecId)),
    language: language === undefined || language === "und" || language === "" ? null : language,
    parameters,
    timeBase: { num, den },
    frameRate:
      plausible(ratio(stream.avgFrameRate), den / num) || plausible(ratio(stream.rFrameRate), den / num),
    frameCount: stream.nbFrames > 0n ? Number(stream.nbFrames) : null,
    start: seconds(stream.startTime),
    duration: stream.duration > 0n ? seconds(stream.duration) : null,
    pixelAspectRatio: { num: stream.sampleAspectRatio.num, den: stream.sampleAspectRatio.den },
    tags,
    disposition: stream.disposition,
    isCover: stream.hasDisposition(nodeAv.AV_DISPOSITION_ATTACHED_PIC),
    hasAlphaBeside: tags["alpha_mode"] === "1" || tags["ALPHA_MODE"] === "1",
    encrypted: isEncrypted(nodeAv, stream),
  };
}

/** The stream as the report names it. */
export function describeStream({ kind, index, codec, language }: InputStream): TrackDescription {
  return { kind, index, codec, language };
}

function kindOf(nodeAv: NodeAv, stream: Stream): TrackKind {
  switch (stream.codecpar.codecType) {
    case nodeAv.AVMEDIA_TYPE_VIDEO:
      return stream.hasDisposition(nodeAv.AV_DISPOSITION_ATTACHED_PIC) ? "attachment" : "video";
    case nodeAv.AVMEDIA_TYPE_AUDIO:
      return "audio";
    case nodeAv.AVMEDIA_TYPE_SUBTITLE:
      return "subtitle";
    case nodeAv.AVMEDIA_TYPE_ATTACHMENT:
      return "attachment";
    default:
      return "data";
  }
}

/** MP4 calls a track's title its name. */
function nameAsTitle({ name, ...tags }: Record<string, string>): Record<string, string> {
  return name === undefined || "title" in tags ? tags : { ...tags, title: name };
}

function isEncrypted(nodeAv: NodeAv, stream: Stream): boolean {
  const { codecpar, metadata } = stream;
  // MP4's sample entries for encrypted media; Matroska's key is told in the metadata.
  return (
    ["encv", "enca"].includes(codecpar.codecTagString ?? "") ||
    codecpar.getCodedSideData(nodeAv.AV_PKT_DATA_ENCRYPTION_INIT_INFO) !== null ||
    (metadata?.get("enc_key_id") ?? null) !== null
  );
}

/** Where a stream is too short or too uneven to tell, FFmpeg gives its clock for its rate. */
function plausible(rate: number, ticksPerSecond: number): number {
  return rate <= 240 || rate < ticksPerSecond ? rate : 0;
}

function ratio({ num, den }: IRational): number {
  return num > 0 && den > 0 ? num / den : 0;
}
