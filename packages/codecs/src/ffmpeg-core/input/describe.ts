/** The contract's description of an input, from what ffprobe says. */

import type {
  ColorSpace,
  MediaDescription,
  TrackDescription,
  TrackKind,
  VideoDescription,
} from "@tatami/core";
import { unstatedColor } from "@tatami/core";
import { colorWordOf } from "../../driver/color-numbers.ts";
import { codecNameOf } from "../../driver/codec-names.ts";
import { containerNameOf } from "../../driver/container-names.ts";
import { rgbPlanesMatrix } from "../../picture/rgb-to-planes.ts";
import { bitDepthOfPixelFormat, hasAlpha, isFullRange, isRgb } from "../pictures/pixel-formats.ts";
import type { Probed, ProbedFormat, ProbedPicture, ProbedStream } from "../pictures/probe.ts";

/** See {@link MediaDescription}. */
export function describe(probed: Probed): MediaDescription {
  const { format, streams, video } = probed;
  const tracks = streams.map(describeTrack);
  const index = Math.max(-1, ...tracks.map((track) => track.index)) + 1;
  const chapters: readonly TrackDescription[] = probed.hasChapters
    ? [{ kind: "chapters", index, codec: null, language: null }]
    : [];
  return {
    container: containerNameOf(format.format_name, format.tags?.["major_brand"] ?? null),
    duration: durationOf(format),
    startTime: startOf(format),
    video: describeVideo(video, probed.pictures),
    tracks: [...tracks, ...chapters],
    blindSpots: [],
  };
}

/** Seconds of the file's first timestamp. Before 0 there is only an encoder's lead, but where a broadcast's clock wraps. */
function startOf({ format_name, start_time }: ProbedFormat): number {
  const start = Number(start_time ?? 0);
  return isBroadcast({ format_name }) ? start : Math.max(0, start);
}

/** Whether a container's clock is a broadcast's, which wraps, jumps, and begins anywhere. */
export function isBroadcast({ format_name }: Pick<ProbedFormat, "format_name">): boolean {
  return /^(mpegts|mpeg)$/.test(format_name);
}

/** Matroska says where a file ends on its clock, which is more than its duration. */
function durationOf(format: ProbedFormat): number {
  const stated = positive(format.duration) ?? 0;
  const start = startOf(format);
  return format.format_name.startsWith("matroska") && stated > start ? stated - start : stated;
}

/** A `numerator/denominator` of FFmpeg's as a number, or nothing where it is not one above zero. */
function ratio(text: string | undefined): number | null {
  const [numerator, denominator] = (text ?? "").split(/[/:]/).map(Number);
  return positive((numerator ?? 0) / (denominator ?? 1));
}

function describeTrack(stream: ProbedStream): TrackDescription {
  const language = stream.tags?.["language"] ?? "und";
  return {
    kind: stream.disposition?.["attached_pic"] === 1 ? "attachment" : kindOf(stream.codec_type),
    index: stream.index,
    codec: nameOf(stream),
    language: /^[a-z]{3}$/.test(language) && language !== "und" ? language : null,
  };
}

function nameOf({ codec_name, codec_tag_string }: ProbedStream): string | null {
  const name = codec_name === "unknown" ? null : (codec_name ?? null);
  return codecNameOf(name) ?? (/^\w{4}$/.test(codec_tag_string ?? "") ? (codec_tag_string ?? null) : null);
}

function kindOf(type: string | undefined): TrackKind {
  if (type === "video" || type === "audio" || type === "subtitle" || type === "attachment") return type;
  return "data";
}

function describeVideo(stream: ProbedStream, pictures: readonly ProbedPicture[]): VideoDescription {
  // The second, where there is one: a decoder may not know all before it has met the first.
  const picture = pictures[1] ?? pictures[0];
  const pixelFormat = picture?.pix_fmt ?? stream.pix_fmt ?? "yuv420p";
  const { tags, side_data_list = [] } = stream;
  const turned = side_data_list.find(({ rotation }) => rotation !== undefined)?.rotation;
  return {
    width: picture?.width ?? stream.width ?? 0,
    height: picture?.height ?? stream.height ?? 0,
    codec: nameOf(stream),
    // FFmpeg counts against the clock
    rotation: quarterTurns(turned === undefined ? Number(tags?.["rotate"] ?? 0) : -turned),
    pixelAspectRatio: aspectRatio(stream.sample_aspect_ratio),
    color: picture ? colorOf(picture) : unstatedColor,
    bitDepth: bitDepthOfPixelFormat(pixelFormat),
    hasAlpha: hasAlpha(pixelFormat),
    frameCount: positive(stream.nb_frames),
    frameRate: frameRateOf(stream, pictures),
    ticksPerSecond: Number(stream.time_base?.split("/")[1] ?? 1000),
    bitrate: positive(stream.bit_rate),
  };
}

/** The mean as stated; where that is a clock's ticks, it is measured by the first pictures. */
function frameRateOf(stream: ProbedStream, pictures: readonly ProbedPicture[]): number | null {
  const stated = ratio(stream.avg_frame_rate);
  if (stated !== null && stated < 500) return stated;
  const times = pictures.map((picture) => Number(picture.best_effort_timestamp_time));
  const measured = (times.length - 1) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
  return positive(measured) ?? ratio(stream.r_frame_rate);
}

function colorOf(picture: ProbedPicture): ColorSpace {
  const fullRange = isFullRange(picture.pix_fmt) || picture.color_range === "pc";
  const stated = fullRange || picture.color_range === "tv";
  return {
    primaries: colorWordOf("primaries", picture.color_primaries),
    transfer: colorWordOf("transfer", picture.color_transfer),
    matrix: colorWordOf("matrix", picture.color_space),
    fullRange: stated ? fullRange : null,
    ...(isRgb(picture.pix_fmt) ? rgbPlanesMatrix : {}),
  };
}

function aspectRatio(text: string | undefined): VideoDescription["pixelAspectRatio"] {
  const [numerator = 0, denominator = 0] = (text ?? "").split(":").map(Number);
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : { numerator: 1, denominator: 1 };
}

function quarterTurns(degrees: number): VideoDescription["rotation"] {
  const quarters = ((Math.round(degrees / 90) % 4) + 4) % 4;
  return quarters === 1 ? 90 : quarters === 2 ? 180 : quarters === 3 ? 270 : 0;
}

function positive(value: number | string | undefined): number | null {
  const number = Number(value ?? 0);
  return Number.isFinite(number) && number > 0 ? number : null;
}
