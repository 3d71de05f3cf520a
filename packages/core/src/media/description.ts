/** What a file holds, and what of it is not in the output as it was. */

import type { ColorSpace } from "../frame/color.ts";
import type { Size } from "../size.ts";

/** Containers that can be written, the usual one first. */
export const containers = ["mp4", "mov", "webm", "mkv"] as const;
/** One of {@link containers}. */
export type Container = (typeof containers)[number];

/** Video codecs that can be written, in the order in which they are tried. */
export const videoCodecs = ["avc", "hevc", "vp9", "av1"] as const;
/** One of {@link videoCodecs}. */
export type VideoCodec = (typeof videoCodecs)[number];

/** Tracks of a file, in the words of the report. */
export type TrackKind = "video" | "audio" | "subtitle" | "chapters" | "attachment" | "data";

/** One track of a file. */
export interface TrackDescription {
  readonly kind: TrackKind;
  /** The track's number in its file, from 0. */
  readonly index: number;
  /** The codec as the container names it, or `null` when not known. */
  readonly codec: string | null;
  /** ISO 639-2 language, or `null` when not stated. */
  readonly language: string | null;
}

/** The video track that will be upscaled. */
export interface VideoDescription extends Size {
  readonly codec: string | null;
  /** Clockwise degrees a player turns the picture by. Pixels stay as coded; this is carried over. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Width of a pixel over its height, as a fraction. Carried over. */
  readonly pixelAspectRatio: { readonly numerator: number; readonly denominator: number };
  readonly color: ColorSpace;
  /** Bits a sample, or `null` when only decoding can tell. */
  readonly bitDepth: number | null;
  readonly hasAlpha: boolean;
  /** Frames in the track, or `null` when the container does not say. */
  readonly frameCount: number | null;
  /** Mean frames a second, or `null` when not known. */
  readonly frameRate: number | null;
  /** Ticks a second of the track's clock: timestamps are whole multiples of its inverse. */
  readonly ticksPerSecond: number;
  /** Mean bits a second, or `null` when not known. */
  readonly bitrate: number | null;
}

/** What a file holds. */
export interface MediaDescription {
  /** The container as people name it, for instance "MP4" or "Matroska". */
  readonly container: string;
  /** Seconds from the file's start to its end; Infinity for what is live. */
  readonly duration: number;
  /** Seconds on the container's own clock at the file's start. Frames, cuts and `duration` count from there. */
  readonly startTime: number;
  readonly video: VideoDescription;
  /** Every track the driver can see, the video track included. */
  readonly tracks: readonly TrackDescription[];
  /** What this driver cannot see in such a file, in plain words; empty when nothing. */
  readonly blindSpots: readonly string[];
}

/** Why a track is not in the output. */
export type LeftOutReason =
  | "container-cannot-hold"
  | "driver-cannot-copy"
  | "second-video-track"
  | "asked-to-drop"
  | "alpha-not-encodable"
  | "unreadable";

/** A part of the input that is not in the output, and why. */
export interface LeftOut {
  readonly track: TrackDescription;
  readonly reason: LeftOutReason;
  /** One sentence for people. */
  readonly message: string;
}

/** What kind of thing is otherwise in the output than in the input. */
export type ChangedKind = "times" | "sound" | "color" | "sampling" | "shape" | "tags";

/** Something of the input that is in the output, but not as it was. */
export interface Changed {
  readonly kind: ChangedKind;
  /** One sentence for people. */
  readonly message: string;
}

/** A place of an input that could not be decoded and was passed over. */
export interface Damage {
  /** Where: seconds, as timestamps are counted. */
  readonly seconds: number;
  /** Pictures missing there, or `null` when that cannot be told. */
  readonly frames: number | null;
  /** One sentence for people. */
  readonly message: string;
}
