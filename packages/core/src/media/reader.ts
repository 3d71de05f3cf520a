/** An input: how it is opened and read, and what it gives. */

import type { Frame } from "../frame/frame.ts";
import type { TatamiError } from "../errors/errors.ts";
import type { Changed, Damage, MediaDescription, TrackDescription } from "./description.ts";

/**
 * Where media comes from. A string is a path (Node only); a URL is fetched by the driver, in ranges
 * where the server allows it; nothing else is ever fetched.
 */
export type MediaInput = string | URL | Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>;

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
