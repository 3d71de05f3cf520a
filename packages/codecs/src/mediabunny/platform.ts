/** What differs between environments, as one seam: a browser has none of it, Node fills it in. */

import type { Encoding, LeftOut, MediaInput, MediaOutput, TrackDescription, WriterInit } from "@tatami/core";
import type { Source, Target } from "mediabunny";

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

/** An environment. */
export interface Platform {
  /** Opens a path to read. Absent where there are no paths. */
  readonly openPath?: (path: string | URL) => Promise<Source>;
  /** Opens a path to write. Absent where there are no paths. */
  readonly createPath?: (path: string, input: MediaInput | undefined) => Promise<PathOutput>;
  /** Finds subtitles, chapters and attachments. Absent where they cannot be seen. */
  readonly findExtraTracks?: (input: MediaInput) => Promise<ExtraTracks>;
  /** Run once before anything else; throws `missing-package`. */
  readonly prepare?: () => Promise<void>;
  /** Whether a decoded frame's colour fields say what the stream states, rather than a decoder's default. */
  readonly decoderStatesColor: boolean;
  /** Whether every encoder is FFmpeg's, which says that it can before it has tried. */
  readonly encodersAreUntested: boolean;
  readonly hardwareAcceleration: "no-preference" | "prefer-software";
}

/** The types of output a path stands for, so that messages can name them. */
export function describeOutput(output: MediaOutput | undefined): string {
  if (output === undefined) return "a Blob";
  if (typeof output === "string") return JSON.stringify(output);
  return "write" in output || "getWriter" in output ? "a stream" : "a file handle";
}

/** A browser or worker: WebCodecs and nothing else. */
export const webPlatform: Platform = {
  decoderStatesColor: false,
  encodersAreUntested: false,
  hardwareAcceleration: "no-preference",
};
