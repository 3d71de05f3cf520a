/** A track in the words of its container's own list. */

import type { TrackDescription, TrackKind, VideoDescription } from "@tatami/core";
import type { NumberedColor } from "./sequence-parameters.ts";

/** A track as its container lists it. */
export interface ListedTrack {
  /** Its number in the container's own words, which mediabunny has too. */
  readonly id: number | undefined;
  /** "chapters" for a text that names another track's chapters. */
  readonly kind: TrackKind;
  readonly codec: string | null;
  readonly language: string | null;
  readonly isEncrypted: boolean;
  /** Width of a pixel over its height, where the container states just that. */
  readonly pixelAspectRatio?: VideoDescription["pixelAspectRatio"];
  /** Seconds that a decoder takes to begin, by which Matroska's times of sound are late. */
  readonly delay?: number;
  /** What the container states of a picture's colours. */
  readonly color?: NumberedColor;
}

/** Describes a listed track. @param index its number in the file. */
export function describeListed({ kind, codec, language }: ListedTrack, index: number): TrackDescription {
  return { kind, index, codec, language };
}
