/** What differs between environments, as one seam: a browser has none of it, Node fills it in. */

import type {
  Encoding,
  LeftOut,
  MediaInput,
  MediaOutput,
  Planes,
  TrackDescription,
  WriterInit,
} from "@tatami/core";
import type { Target, VideoSample } from "mediabunny";
import type { OpenSource } from "./input-source.ts";

/** A place a path output is written to before it takes its final name. */
export interface PathOutput {
  readonly target: Target;
  /** Path of the file being written. */
  readonly partial: string;
  /** Gives the finished file its name; resolves to its size in bytes. */
  commit(): Promise<number>;
  /** Removes the partial file. */
  discard(): Promise<void>;
}

/** Tracks that mediabunny does not read, found by other means. */
export interface ExtraTracks {
  readonly tracks: readonly TrackDescription[];
  /** Splits the extra tracks into what will be copied and what will not, for this output. */
  plan(init: WriterInit, container: Encoding["container"]): ExtraPlan;
}

/** What happens to the extra tracks. */
export interface ExtraPlan {
  readonly copied: readonly TrackDescription[];
  readonly leftOut: readonly LeftOut[];
  /** Rewrites the finished file at `path` with the extra tracks in it. */
  readonly addTo: ((path: string, signal: AbortSignal | undefined) => Promise<void>) | undefined;
}

/** A decoded picture's planes as the decoder left them; valid while its sample is open. */
export interface RawPicture {
  /** `I420`, `I422P10`, `NV12`, `RGBA` and so on, in WebCodecs' words. */
  readonly format: string;
  readonly planes: readonly { readonly data: Uint8Array; readonly stride: number }[];
}

/** A picture to encode, its planes packed one after the other. */
export interface PackedPicture {
  readonly format: "I420" | "I420A";
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What a sample carries beside its pixels. */
export interface SampleInit {
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** Size at which the pixels are square. */
  readonly displayWidth: number;
  readonly displayHeight: number;
  /** Seconds. */
  readonly timestamp: number;
  /** Seconds. */
  readonly duration: number;
  readonly colorSpace: VideoColorSpaceInit;
}

/** How pixels pass between mediabunny's samples and memory. */
export interface PictureAccess {
  /** The pixels; `use` sees them in place and must copy what it keeps. */
  read<T>(sample: VideoSample, use: (picture: RawPicture) => T): Promise<T>;
  /** Bits a sample as decoded, or `null` when the format is opaque. */
  bitDepth(sample: VideoSample): Promise<number | null>;
  /** Whether the decoder says that the picture is two fields woven together. Absent where decoders do not say. */
  isInterlaced?(sample: VideoSample): Promise<boolean>;
  /** A sample of these pixels, which are copied; with alpha where it is asked for and there is one. */
  create(planes: Planes, withAlpha: boolean, init: SampleInit): Promise<VideoSample>;
}

/** An environment. */
export interface Platform {
  /** Opens a path to read. Absent where there are no paths. */
  readonly openPath?: (path: string | URL) => Promise<OpenSource>;
  /** Opens a path to write. Absent where there are no paths. */
  readonly createPath?: (path: string, input: MediaInput | undefined) => Promise<PathOutput>;
  /** Finds subtitles and attachments. Absent, or finds `undefined`, where they cannot be seen. */
  readonly findExtraTracks?: (input: MediaInput, firstIndex: number) => Promise<ExtraTracks | undefined>;
  /** Run before anything else; throws `missing-package`. */
  readonly prepare?: () => Promise<void>;
  readonly pictures: PictureAccess;
  /** Whether a decoded frame's colour fields say what the stream states, rather than a decoder's default. */
  readonly decoderStatesColor: boolean;
  readonly hardwareAcceleration: "no-preference" | "prefer-software";
  /** Whether its own H.264 encoder gives Annex B, which the writers of MP4 and MOV turn into theirs. @defaultValue false */
  readonly annexB?: boolean;
}

/** The types of output a path stands for, so that messages can name them. */
export function describeOutput(output: MediaOutput | undefined): string {
  if (output === undefined) return "a Blob";
  if (typeof output === "string") return JSON.stringify(output);
  return "write" in output || "getWriter" in output ? "a stream" : "a file handle";
}
