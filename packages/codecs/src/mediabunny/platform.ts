/** How pixels pass between mediabunny and memory, and what else an environment decides, as one seam. */

import type { MediaOutput, Planes } from "@tatami/core";
import type { VideoSample } from "mediabunny";

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
  /** A sample of these pixels, which are copied; with alpha where it is asked for and there is one. */
  create(planes: Planes, withAlpha: boolean, init: SampleInit): Promise<VideoSample>;
}

/** The types of output a path stands for, so that messages can name them. */
export function describeOutput(output: MediaOutput | undefined): string {
  if (output === undefined) return "a Blob";
  if (typeof output === "string") return JSON.stringify(output);
  return "write" in output || "getWriter" in output ? "a stream" : "a file handle";
}
