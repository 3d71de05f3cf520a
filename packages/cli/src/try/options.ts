/** What a trial is asked for, and what it found: plain data, which crosses to the engine's process. */

import type { MediaDescription, Rect, Size } from "@tatami/core";
import type { Model } from "@tatami/graph";

/** A network that is tried. */
export interface TriableNetwork {
  readonly model: Model;
  /** What `--model` takes: a shipped model's name, or a path. */
  readonly word: string;
  /** Strengths it is tried at; the first one is timed. */
  readonly strengths: readonly number[];
  /** What it was made for, in a word; absent for a file. */
  readonly track?: string;
}

/** What is tried, and how. */
export interface TryOptions {
  /** A path or an address. */
  readonly file: string;
  /** Seconds of the moments. @defaultValue three, spread over the file */
  readonly at?: readonly number[];
  /** All of one scale; at least one. */
  readonly networks: readonly TriableNetwork[];
  /** Whether what Tatami chooses by itself is tried too, last. */
  readonly automatic: boolean;
  readonly toSdr: boolean;
  readonly recover: boolean;
  /** A folder for what is written to be measured. */
  readonly folder: string;
}

/** In place of a model's name: what the file deserves. */
export const automatic = "auto";

/** A place in time that was enlarged. */
export interface Moment {
  /** Seconds of the frame shown. */
  readonly time: number;
  /** Part of the enlarged frame that the slider shows; all of it where that is not too large for a page. */
  readonly window: Rect;
  /** The most detailed places of the enlarged frame. */
  readonly places: readonly Rect[];
}

/** One network's figures. */
export interface TriedNetwork {
  readonly word: string;
  readonly strengths: readonly number[];
  readonly track?: string;
  /** Milliseconds a frame: the quickest patch that was seen, times the patches that a frame needed as a rule. */
  readonly milliseconds: number;
  /** About how long the whole file would take here; `null` where its length is not known. */
  readonly seconds: number | null;
}

/** A picture, and how it came about. */
export interface TriedPicture {
  /** Numbers of {@link Trial.moments}, and of its places; no place is the window. */
  readonly moment: number;
  readonly place?: number;
  readonly way: Way;
  /** WebP. */
  readonly file: Uint8Array;
}

/** A network's number in {@link Trial.networks}, and its strength. Strength 0 is the bicubic filter, whichever the network. */
export interface Way {
  readonly network: number;
  readonly strength: number;
}

/** Why a file is enlarged as it is where nobody says how. */
export interface AutomaticChoice {
  /** What was seen in the file, and what follows. */
  readonly sentence: string;
  readonly strength: number;
  readonly denoise: number;
}

/** All of it. */
export interface Trial {
  readonly media: MediaDescription;
  readonly size: Size;
  readonly scale: number;
  readonly frames: number | null;
  /** The engine that the networks ran on, in words. */
  readonly engine: string;
  readonly moments: readonly Moment[];
  readonly networks: readonly TriedNetwork[];
  /** Milliseconds a frame of what is the same for all networks. */
  readonly decoding: number;
  readonly encoding: number;
  /** Bits a second of the result's video, which the encoder keeps to whatever the network. */
  readonly bitrate: number;
  /** What Tatami chooses by itself, where that was tried; said first on the page. */
  readonly choice?: AutomaticChoice;
  readonly pictures: readonly TriedPicture[];
}
