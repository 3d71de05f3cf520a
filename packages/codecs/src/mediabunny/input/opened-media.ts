/** What an opened reader holds behind its description, for the writer that copies from it. */

import type { MediaInput, MediaReader, TrackDescription, VideoDescription } from "@tatami/core";
import type { Input, InputAudioTrack, InputVideoTrack } from "mediabunny";
import type { Clock } from "./clock.ts";
import type { NumberedColor } from "../header/sequence-parameters.ts";
import type { SourceBytes } from "../../driver/find-cut.ts";

/** A track of the input beside its description. */
export interface OpenedTrack<T> {
  readonly track: T;
  readonly description: TrackDescription;
  /** Seconds by which its times are late: what a decoder takes to begin, in Matroska. */
  readonly delay: number;
}

/** The parts of an opened input. */
export interface OpenedMedia {
  readonly source: MediaInput;
  readonly bytes: SourceBytes | undefined;
  readonly input: Input;
  readonly clock: Clock;
  readonly video: OpenedTrack<InputVideoTrack>;
  readonly audio: readonly OpenedTrack<InputAudioTrack>[];
  readonly otherVideo: readonly OpenedTrack<InputVideoTrack>[];
  /** Tracks that the container lists and mediabunny does not read. */
  readonly unread: readonly TrackDescription[];
  /** What the container states of the pixels' shape. */
  readonly pixelAspectRatio: VideoDescription["pixelAspectRatio"] | undefined;
  /** What the container states of the picture's colours. */
  readonly containerColor: NumberedColor | undefined;
  /** Whether the container's own list of tracks was found. */
  readonly isFullyListed: boolean;
  /** Whether an edit list has more parts than the first, which alone is obeyed. */
  readonly hasMoreEdits: boolean;
  readonly chapters: TrackDescription | undefined;
  /** Whether decoded frames have an alpha plane; known once one was decoded. */
  readonly decodesAlpha?: boolean;
}

const opened = new WeakMap<MediaReader, OpenedMedia>();

/** Remembers what stands behind a reader. */
export function rememberOpenedMedia(reader: MediaReader, media: OpenedMedia): void {
  opened.set(reader, media);
}

/** What stands behind a reader, or nothing when another driver made it: then there is nothing to copy from. */
export function findOpenedMedia(reader: MediaReader): OpenedMedia | undefined {
  return opened.get(reader);
}
