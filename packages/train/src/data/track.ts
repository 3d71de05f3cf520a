/** What a track is: one way of making low-resolution pictures, for training and for scoring alike. */

import type { ModelCard } from "@tatami/graph";
import type { Compress } from "./camera/compress.ts";
import type { LumaPlane, Picture } from "./luma.ts";

/** The tracks that ship, as recipes and cards name them. */
export type TrackName = ModelCard["track"];

/** What a track is told beside the picture. */
export interface ReduceOptions {
  readonly scale: number;
  /** Of whatever is drawn at random. */
  readonly seed: number;
  /** Low-resolution versions to make. */
  readonly degradations: number;
  /** Whether the picture itself is the truth, whatever a track would learn from: for scores. @defaultValue false */
  readonly keepsTruth?: boolean;
  /** Codecs, as the environment has them. */
  readonly compress: Compress;
  readonly signal?: AbortSignal;
}

/** A picture's luma, its sides multiples of the scale, and its low-resolution versions. */
export interface ReducedPicture {
  readonly high: LumaPlane;
  readonly lows: readonly LumaPlane[];
}

/** One way of making low-resolution pictures. Needs nothing of Node's. */
export interface Track {
  readonly name: TrackName;
  /** No other track's, and another one whenever this track makes something else of the same picture. */
  readonly version: string;
  /** Whether what it makes depends on the seed. */
  readonly random: boolean;
  /** Low-resolution versions of a picture: how many where nothing is said, and at most. */
  readonly degradations: { readonly usual: number; readonly most: number };
  /** What a model's name says of it, at its end: "-camera". */
  readonly suffix: string;
  /** How its test pictures are reduced, in words for a title: "through cameras". */
  readonly testPictures: string;
  /**
   * The same picture and number give the same versions.
   *
   * @param number no other picture's of the same data set
   */
  reduce(picture: Picture, number: number, options: ReduceOptions): Promise<ReducedPicture>;
}
