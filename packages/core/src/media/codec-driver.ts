/** The codec contract: what turns a file into frames, and frames into a file. */

import type { ColorSpace } from "../frame/color.ts";
import type { Frame } from "../frame/frame.ts";
import type { TatamiError } from "../errors/errors.ts";
import type { EncodeOptions, Encoding } from "./encoding.ts";
import type { SegmentedInit, SegmentedOutput } from "./segmented-output.ts";
import type { Size } from "../size.ts";

/** The drivers there are. */
export type CodecDriverName = "mediabunny" | "ffmpeg";

/**
 * Where media comes from. A string is a path (Node only); a URL is fetched by the driver, in ranges
 * where the server allows it; nothing else is ever fetched.
 */
export type MediaInput = string | URL | Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>;

/**
 * Where media goes. A string is a path (Node only); a file handle is written in place; a plain byte
 * stream cannot be sought, so MP4 is written in fragments there.
 */
export type MediaOutput = string | FileSystemFileHandle | WritableStream<Uint8Array>;

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

/** How frames are read. Time 0 is the file's own start, whatever its clock says there. */
export interface ReadOptions {
  /** Seconds: frames shown before this are passed over. @defaultValue the first frame, before 0 too */
  readonly start?: number;
  /** Seconds: reading stops before this. @defaultValue the end of the file */
  readonly end?: number;
  /**
   * Whether frames may begin with the key frame before `start`, where that spares decoding what lies between: for a
   * look at a place. @defaultValue false
   */
  readonly atKeyFrame?: boolean;
  /**
   * Told of every place that cannot be decoded, by drivers that can go on after it; reading then goes on.
   * @defaultValue the first such place ends reading with `damaged-input`
   */
  readonly onDamaged?: (damage: Damage) => void;
  /** Told of what is made otherwise while reading: a clock that jumps, whose times are made to rise. */
  readonly onChanged?: (changed: Changed) => void;
  readonly signal?: AbortSignal;
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

/** How an input is opened. */
export interface OpenOptions {
  /** Convert 10-bit and HDR pictures to 8-bit SDR, BT.709. @defaultValue false */
  readonly toSdr?: boolean;
  /**
   * What becomes of pictures of more than 8 bits, or of a high dynamic range, where they are not converted: "source" gives
   * them in all their bits ({@link Frame.deepPlanes}), by drivers that can; 10 those of fewer bits with ten, too; 8 refuses them.
   * @defaultValue 8
   */
  readonly bitDepth?: 8 | 10 | "source";
  /**
   * "auto" makes whole pictures of interlaced ones; "off" takes them as they are. Drivers that cannot do it refuse
   * interlaced input, as far as they can tell. @defaultValue "auto"
   */
  readonly deinterlace?: Deinterlace;
  /** Pictures a second of inputs that do not state it: numbered pictures. @defaultValue 25 */
  readonly frameRate?: number;
  /** Read an MP4 whose index is missing from its raw stream, where the driver can. @defaultValue false */
  readonly recover?: boolean;
  readonly signal?: AbortSignal;
}

/** What becomes of interlaced pictures: made whole, or taken as they are. */
export const deinterlaceModes = ["auto", "off"] as const;
/** One of {@link deinterlaceModes}. */
export type Deinterlace = (typeof deinterlaceModes)[number];

/** What an output can take of sound. */
export interface SoundOptions {
  /** Codecs taken as they are, in the words of {@link TrackDescription.codec}: aac, mp3, opus, pcm-s16 and so on. */
  readonly holds: readonly string[];
  /** What others are encoded as. */
  readonly otherwise: "aac" | "opus";
  /** Seconds: packets before are passed over. */
  readonly start?: number;
  /** Seconds: packets from here on are passed over. */
  readonly end?: number;
  readonly signal?: AbortSignal;
}

/** One track of an input's sound, in packets that the output can take. */
export interface SoundTrack {
  /** The input's track. */
  readonly description: TrackDescription;
  /** The packets' codec: the input's own, or what it was encoded as. */
  readonly codec: string;
  /** WebCodecs' description of the packets. */
  readonly config: AudioDecoderConfig;
  /** In order; seconds as the frames' timestamps. Return it to stop. */
  packets(): AsyncGenerator<SoundPacket, void, undefined>;
}

/** One packet of sound. */
export interface SoundPacket {
  readonly data: Uint8Array;
  /** Seconds. */
  readonly timestamp: number;
  /** Seconds. */
  readonly duration: number;
}

/** An opened input. Dispose of it. */
export interface MediaReader extends AsyncDisposable {
  readonly description: MediaDescription;
  /** Whether the input can be read but once: a camera, standard input. Frames then go on where the last reader stopped. @defaultValue false */
  readonly readOnce?: boolean;
  /** Why another driver should read the input, if there is one that can read more of it. Absent when there is no need. */
  readonly incomplete?: TatamiError;
  /**
   * Every frame in the order it is shown; each is the caller's to close, and in the frame ledger until then, as
   * `createFrame` has it.
   * Ends with `damaged-input` where the stream cannot be decoded: never silently early.
   */
  frames(options?: ReadOptions): AsyncGenerator<Frame, void, undefined>;
  /**
   * The sound, for writers of other drivers, which cannot see into this reader's input. Absent when only the
   * driver's own writer can copy it. Frames and packets may be asked for in any order, and at the same time.
   */
  sound?(options: SoundOptions): Promise<readonly SoundTrack[]>;
}

/** What was written. */
export interface Written {
  readonly frames: number;
  /** Bytes. */
  readonly size: number;
  /** The file itself, when no output was given. */
  readonly blob?: Blob;
}

/** How a writer is made. */
export interface WriterInit {
  /** The opened input: its other tracks are copied, its rotation, colour and clock carried over. */
  readonly reader: MediaReader;
  /** Where to write; a Blob is made when left out. */
  readonly output?: MediaOutput | undefined;
  /** Size of the frames that will be written. */
  readonly size: Size;
  readonly encode?: EncodeOptions;
  /** The same cut as the frames', for the copied tracks. */
  readonly read?: ReadOptions;
}

/** An output being written. Finish it or cancel it; a cancelled one leaves no partial file. */
export interface MediaWriter extends AsyncDisposable {
  readonly encoding: Encoding;
  /** Takes the frame and closes it; resolves when the encoder has room for the next. */
  write(frame: Frame): Promise<void>;
  finish(): Promise<Written>;
  cancel(): Promise<void>;
}

/** A way of reading and writing media. Every driver passes the same contract suite. */
export interface CodecDriver {
  readonly name: CodecDriverName;
  /**
   * Opens an input and says what is in it.
   *
   * @throws TatamiError `input-not-found`, `unsupported-container`, `unsupported-codec`,
   * `unsupported-feature`, `damaged-input`, `encrypted-input`.
   */
  open(input: MediaInput, options?: OpenOptions): Promise<MediaReader>;
  /** What {@link CodecDriver.write} would choose, without touching the output. */
  planWrite(init: WriterInit): Promise<Encoding>;
  /** Begins an output. @throws TatamiError `unsupported-codec`, `output-failed`. */
  write(init: WriterInit): Promise<MediaWriter>;
  /**
   * Begins an output in segments, or goes on with one. Absent where the driver cannot.
   *
   * @throws TatamiError `invalid-option` for an input that is no file; `output-failed`.
   */
  openSegments?(init: SegmentedInit): Promise<SegmentedOutput>;
}
