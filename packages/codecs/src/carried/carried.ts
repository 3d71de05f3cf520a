/** What an opened input says of itself beside its tracks, as the writer carries it over: whichever driver opened it. */

import type { Changed, LeftOut, MediaReader } from "@tatami/core";
import type { AttachedFile, AttachedImage, TrackDisposition } from "mediabunny";
import type { Tags } from "./tag-names.ts";

/** What is carried over of an input. */
export interface Carried {
  readonly tags: Tags;
  /** Boxes of an MP4's or MOV's user data that are copied byte for byte, by their type. */
  readonly boxes: Readonly<Record<string, Uint8Array>>;
  readonly images: readonly AttachedImage[];
  readonly attachments: Readonly<Record<string, AttachedFile>>;
  /** Milliseconds since 1970; absent where nothing says when it was made. */
  readonly createdAt: number | undefined;
  /** By the number in the description. */
  readonly tracks: ReadonlyMap<number, CarriedTrack>;
  /** What is known to become otherwise, whatever is written. */
  readonly changed: readonly Changed[];
  /** What is known to be lost, whatever is written. */
  readonly leftOut: readonly LeftOut[];
}

/** What is carried over of a track. */
export interface CarriedTrack {
  readonly name?: string;
  readonly language?: string;
  readonly disposition?: Partial<TrackDisposition>;
  /** Milliseconds since 1970. */
  readonly createdAt?: number;
  /** Whether the picture is mirrored before it is turned. */
  readonly isFlipped?: boolean;
}

const carried = new WeakMap<MediaReader, Carried>();

/** Remembers what a reader's input says of itself. */
export function rememberCarried(reader: MediaReader, what: Carried): void {
  carried.set(reader, what);
}

/** What a reader's input says of itself, or nothing for a reader of neither driver. */
export function findCarried(reader: MediaReader): Carried | undefined {
  return carried.get(reader);
}
