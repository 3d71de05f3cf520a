/** How an output is written, as it is asked for and as it was chosen. */

import type { Changed, Container, LeftOut, TrackDescription, VideoCodec } from "./description.ts";

/** Which encoders are asked: those of software, or those of the machine's graphics hardware first. */
export const encoderChoices = ["auto", "software", "hardware"] as const;
/** One of {@link encoderChoices}. */
export type EncoderChoice = (typeof encoderChoices)[number];

/** Samples that can be written: 4:2:0 of 8 bits, or of 10. */
export const pixelFormats = ["yuv420p", "yuv420p10le"] as const;
/** One of {@link pixelFormats}. */
export type PixelFormat = (typeof pixelFormats)[number];

/** How the output is written. A browser refuses `crf`, `preset`, `encoder` and `pixelFormat`, but for what it does anyway. */
export interface EncodeOptions {
  /** @defaultValue from the output's name, else the input's container, else mp4 */
  readonly container?: Container;
  /** @defaultValue avc, or the first the environment can encode at this size */
  readonly codec?: VideoCodec;
  /** Bits a second. @defaultValue by quality */
  readonly bitrate?: number;
  /** From 1 (smallest) to 100 (best); ignored when `bitrate` is given. @defaultValue 75 */
  readonly quality?: number;
  /**
   * A constant rate factor in the codec's own numbers, lower is better: 0 to 51 of avc and hevc, 0 to 63 of vp9 and av1.
   * In place of `bitrate` and `quality`; software encoders only. @defaultValue none: by `bitrate` or `quality`
   */
  readonly crf?: number;
  /**
   * How hard the software encoder tries, in its own words: ultrafast to placebo of avc and hevc, 0 (best) to 13 of av1, 0
   * (best) to 8 of vp9. @defaultValue its quick end: veryfast, 9, 5
   */
  readonly preset?: string;
  /**
   * "hardware" tries the machine's own encoders (NVENC, Quick Sync, AMF, VideoToolbox, VAAPI), and software where none of them
   * encodes: the report's `encoding` says what was tried. "auto" is software wherever there is one for the codec: it makes
   * better pictures of as many bytes, the same on every machine. @defaultValue "auto"
   */
  readonly encoder?: EncoderChoice;
  /** Of 8 bits, or of 10 (hevc, vp9, av1). @defaultValue as many bits as the frames have, up to 10 */
  readonly pixelFormat?: PixelFormat;
  /** @defaultValue "auto": copied where the container holds it, else encoded anew */
  readonly audio?: AudioOption;
}

/**
 * What becomes of sound. "auto": copied packet for packet where the container holds it in a form that players know, else
 * encoded anew (AAC, Opus in WebM, FLAC where the source is lossless and the container holds that). "copy": copied or left
 * out. "encode": all of it encoded anew. "drop": none.
 */
export const audioOptions = ["auto", "copy", "encode", "drop"] as const;
/** One of {@link audioOptions}. */
export type AudioOption = (typeof audioOptions)[number];

/** What the writer chose. */
export interface Encoding {
  readonly container: Container;
  readonly codec: VideoCodec;
  /** Codecs that were tried before it and why they were set aside. */
  readonly rejected: readonly { readonly codec: VideoCodec; readonly reason: string }[];
  readonly bitrate: number;
  /** The constant rate factor, where one was asked for: then `bitrate` is only what `quality` would have given. */
  readonly crf?: number;
  /** FFmpeg's name of the encoder, where FFmpeg encodes: libx265, hevc_nvenc. */
  readonly encoder?: string;
  /** The preset, where one was asked for. */
  readonly preset?: string;
  /** The samples that are written, where the driver knows. */
  readonly pixelFormat?: PixelFormat;
  /** Hardware encoders that were tried and set aside, and why. @defaultValue none was */
  readonly rejectedEncoders?: readonly { readonly encoder: string; readonly reason: string }[];
  /** Tracks that will be copied packet for packet. */
  readonly copied: readonly TrackDescription[];
  /** Sound that the container cannot hold as it is, and what it is encoded as. @defaultValue none */
  readonly transcoded?: readonly { readonly track: TrackDescription; readonly codec: string }[];
  readonly leftOut: readonly LeftOut[];
  /** What is in the output otherwise than in the input, as far as it is known before anything is read. */
  readonly changed: readonly Changed[];
}
