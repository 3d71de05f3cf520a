/** What a file comes to, out of ffprobe's answer: the same for every container, so that two files can be compared. */

import type { TrackKind } from "@tatami/core";
import type { ProbeAnswer, ProbedFrame, ProbedPacket, ProbedStream, SideData } from "./ffprobe.ts";
import { isPicture } from "./ffprobe.ts";
import { comparedTags, languageOf, tagOf, withoutFilesDate } from "./tags.ts";
import type { Tags } from "./tags.ts";

/** A file. But for its start, times are seconds from the file's start, whatever its clock says there. */
export interface FileFacts {
  readonly container: string;
  /** Seconds on the container's own clock at the file's start. */
  readonly startTime: number;
  /** To the end of picture and sound, by their packets; NaN where those have no times. */
  readonly duration: number;
  /** Whether the container states another duration than its packets come to. */
  readonly misstatesDuration: boolean;
  /** Absent where no frame can be decoded. */
  readonly picture: PictureFacts | undefined;
  /** Every stream but the picture, chapters and timecode, which stand on their own. */
  readonly streams: readonly StreamFacts[];
  readonly tags: Tags;
  readonly chapters: readonly { readonly start: number; readonly end: number; readonly title: string }[];
  readonly timecode: string | undefined;
  readonly complaints: readonly string[];
  /** Whether the file ends before its container says it does, or within a packet. */
  readonly breaksOff: boolean;
}

/** The moving picture, decoded. */
export interface PictureFacts extends CommonFacts {
  readonly width: number;
  readonly height: number;
  /** In the order shown; NaN where there is no container that states it. */
  readonly times: readonly number[];
  /** Seconds of one tick of its clock. */
  readonly tick: number;
  /** Width of a pixel over its height. */
  readonly pixelAspect: readonly [number, number];
  /** The part of the display matrix that turns, mirrors and stretches, row by row. */
  readonly matrix: readonly [number, number, number, number];
  readonly pixelFormat: string;
  readonly isTransparent: boolean;
  /** Range, primaries, transfer, matrix, chroma place and side data on colour, as far as they are stated. */
  readonly color: ReadonlyMap<string, string>;
  /** Side data on the shape: stereo mode, projection, cropping. */
  readonly shape: ReadonlyMap<string, string>;
  /** Frames that carry captions. */
  readonly captions: number;
}

/** Any other stream. */
export interface StreamFacts extends CommonFacts {
  readonly kind: TrackKind;
  /** Its number in the file. */
  readonly index: number;
  readonly codec: string;
  /** Packets that are played: not those that an edit list passes over, nor empty ones between subtitles. */
  readonly packets: number;
  readonly bytes: number;
  /** Times of the packets that are played. */
  readonly times: readonly number[];
  /** Whether the times of its packets rise. */
  readonly rises: boolean;
  /** An attachment's or a cover's name. */
  readonly name: string | undefined;
}

interface CommonFacts {
  readonly language: string | undefined;
  readonly dispositions: ReadonlySet<string>;
  readonly tags: Tags;
}

/** Reads the facts out of ffprobe's answer. */
export function factsOf(answer: ProbeAnswer): FileFacts {
  const { streams = [], packets = [], frames = [], chapters = [], format, complaints } = answer;
  const start = numberOf(format?.start_time) || 0;
  const picture = streams.find(isPicture);
  const hasChapters = chapters.length > 0;
  const isListedElsewhere = (stream: ProbedStream): boolean =>
    stream === picture ||
    stream.codec_tag_string === "tmcd" ||
    // the text track that QuickTime keeps its chapters in
    (hasChapters && stream.codec_type === "data" && stream.codec_tag_string === "text");
  const isPlayed = ({ codec_type }: ProbedStream): boolean =>
    codec_type === "audio" || codec_type === "video";
  const duration = endOf(streams.filter(isPlayed), packets) - start;
  const stated = numberOf(format?.duration);
  const wholeDuration = endOf(streams, packets) - start;
  const fileTags = comparedTags(format?.tags);
  const withOwnTags = <T extends CommonFacts>(facts: T): T => {
    return { ...facts, tags: withoutFilesDate(facts.tags, fileTags) };
  };
  return {
    container: format?.format_name ?? "none",
    startTime: start,
    duration,
    // Matroska states where its clock ends: it may begin late
    misstatesDuration: [0, start].every((shift) => Math.abs(stated - shift - wholeDuration) > misstated),
    picture:
      picture && frames.length > 0
        ? withOwnTags(pictureOf(picture, frames, start, answer.isTransparent))
        : undefined,
    streams: streams
      .filter((stream) => !isListedElsewhere(stream))
      .map((stream) => withOwnTags(streamOf(stream, packets, start))),
    tags: fileTags,
    chapters: chapters.map(({ start_time, end_time, tags }) => ({
      start: Number(start_time) - start,
      end: Number(end_time) - start,
      title: tagOf(tags, "title") ?? "",
    })),
    timecode: [format?.tags, ...streams.map(({ tags }) => tags)]
      .map((each) => tagOf(each, "timecode"))
      .find((timecode) => timecode !== undefined),
    complaints,
    breaksOff: complaints.some((complaint) => isOfBreakingOff(complaint, packets)),
  };
}

// A packet that is not whole is the end where it is its stream's last; elsewhere it is a seam or a lost part of a stream.
function isOfBreakingOff(complaint: string, packets: readonly ProbedPacket[]): boolean {
  if (/ended prematurely|partial file/i.test(complaint)) return true;
  const [, stream, dts] = /^Packet corrupt \(stream = (\d+), dts = (-?\d+)\)/.exec(complaint) ?? [];
  if (stream === undefined) return false;
  return packets.findLast(({ stream_index }) => stream_index === Number(stream))?.dts === Number(dts);
}

/** Seconds by which a stated duration may be wrong: a picture's length. */
const misstated = 0.1;

function endOf(streams: readonly ProbedStream[], packets: readonly ProbedPacket[]): number {
  const indices = new Set(streams.map(({ index }) => index));
  const ends = packets
    .filter(({ stream_index, flags }) => indices.has(stream_index) && !flags.includes("D"))
    .map(({ pts_time, duration_time }) => numberOf(pts_time) + (numberOf(duration_time) || 0))
    .filter((end) => !Number.isNaN(end));
  return ends.reduce((latest, end) => Math.max(latest, end), ends[0] ?? NaN);
}

function pictureOf(
  stream: ProbedStream,
  frames: readonly ProbedFrame[],
  start: number,
  isTransparent: boolean,
): PictureFacts {
  const [first] = frames as readonly [ProbedFrame];
  const [numerator = 1, denominator = 1] = stream.time_base.split("/").map(Number);
  const sideData = stream.side_data_list ?? [];
  return {
    ...commonOf(stream),
    width: first.width,
    height: first.height,
    times: frames.map((frame) => numberOf(frame.best_effort_timestamp_time) - start),
    tick: numerator / denominator,
    pixelAspect: aspectOf(stream.sample_aspect_ratio),
    matrix: matrixOf(sideData),
    pixelFormat: stream.pix_fmt ?? "unknown",
    isTransparent,
    color: new Map([
      ...statedColors(stream),
      ...describeSideData(sideData, /mastering|light level|dovi|dolby|hdr/i),
    ]),
    shape: describeSideData(sideData, /stereo|spherical|crop/i),
    captions: frames.filter(({ side_data_list = [] }) =>
      side_data_list.some(({ side_data_type }) => /closed captions/i.test(side_data_type)),
    ).length,
  };
}

function streamOf(stream: ProbedStream, packets: readonly ProbedPacket[], start: number): StreamFacts {
  const kind = kindOf(stream);
  const emptySize = stream.codec_name === "mov_text" ? 2 : 0;
  const played = packets.filter(
    ({ stream_index, flags, size }) =>
      stream_index === stream.index &&
      !flags.includes("D") &&
      (kind !== "subtitle" || Number(size) > emptySize),
  );
  const times = played.map(({ pts_time, dts_time }) => numberOf(pts_time ?? dts_time) - start);
  return {
    ...commonOf(stream),
    kind,
    index: stream.index,
    codec: stream.codec_name ?? stream.codec_tag_string ?? "unknown",
    packets: played.length,
    bytes: played.reduce((sum, { size }) => sum + Number(size), 0),
    times,
    rises: times.every((time, index) => !(time < (times[index - 1] ?? -Infinity))),
    name: tagOf(stream.tags, "filename"),
  };
}

function commonOf({ disposition = {}, tags }: ProbedStream): CommonFacts {
  const set = Object.entries(disposition).filter(([key, value]) => value === 1 && key !== "attached_pic");
  return {
    language: languageOf(tags),
    dispositions: new Set(set.map(([key]) => key)),
    tags: comparedTags(tags),
  };
}

function kindOf({ codec_type, disposition }: ProbedStream): TrackKind {
  if (codec_type === "attachment" || disposition?.["attached_pic"] === 1) return "attachment";
  return codec_type === "video" || codec_type === "audio" || codec_type === "subtitle" ? codec_type : "data";
}

function statedColors(stream: ProbedStream): [string, string][] {
  const stated = {
    range: stream.color_range,
    primaries: stream.color_primaries,
    transfer: stream.color_transfer,
    matrix: stream.color_space,
    // what every standard supposes where nothing is stated, and what FFmpeg says of H.264 that states nothing
    "chroma place": stream.chroma_location === "left" ? undefined : stream.chroma_location,
  };
  return Object.entries(stated).flatMap(([name, value]): [string, string][] =>
    value === undefined || /^(unknown|unspecified|reserved)$/.test(value) ? [] : [[name, value]],
  );
}

/** Fractions as numbers: each codec keeps its own, and none to more than three digits. */
function plainly(value: string): string {
  const [, over, under] = /^(-?\d+)\/(\d+)$/.exec(value) ?? [];
  return under === undefined ? value : String(Number((Number(over) / Number(under)).toPrecision(3)));
}

function describeSideData(list: readonly SideData[], pattern: RegExp): Map<string, string> {
  const found = list.filter(({ side_data_type }) => pattern.test(side_data_type));
  return new Map(
    found.map(({ side_data_type, ...fields }) => [
      side_data_type,
      Object.entries(fields)
        .map(([key, value]) => `${key} ${plainly(String(value))}`)
        .join(", "),
    ]),
  );
}

function aspectOf(ratio = "1:1"): [number, number] {
  const [width = 0, height = 0] = ratio.split(":").map(Number);
  return width > 0 && height > 0 ? [width, height] : [1, 1];
}

// Printed in three rows of three, 16.16 fixed point, each row behind its number; the last row and column place it.
function matrixOf(list: readonly SideData[]): [number, number, number, number] {
  const printed = list.find(({ side_data_type }) => side_data_type === "Display Matrix")?.["displaymatrix"];
  const rows = String(printed ?? "")
    .split("\n")
    .filter((line) => line.includes(":"))
    .map((line) =>
      line
        .slice(line.indexOf(":") + 1)
        .trim()
        .split(/\s+/)
        .map(Number),
    );
  const [[a, b] = [], [c, d] = []] = rows;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return [1, 0, 0, 1];
  return [a / 65536, b / 65536, c / 65536, d / 65536];
}

function numberOf(text: string | undefined): number {
  return text === undefined || text === "N/A" ? NaN : Number(text);
}
