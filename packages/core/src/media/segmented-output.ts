/** The contract of outputs in segments: a video is cut at key frames, each stretch is kept as a part of its own, and the parts are joined. */

import type { Changed, Damage } from "./description.ts";
import type { Encoding } from "./encoding.ts";
import type { MediaWriter, WriterInit, Written } from "./writer.ts";

/** How an output in segments is opened. Node's parts lie in a folder beside the output, which is a path; a browser's in the site's storage. */
export interface SegmentedInit extends WriterInit {
  /**
   * All that the result depends on beside the input and the encoding, by names that people are told: where one differs
   * from what an earlier run wrote down, the job begins anew.
   */
  readonly depends: Readonly<Record<string, string>>;
  /** Seconds that a segment lasts at least; the last may be shorter. */
  readonly shortest: number;
}

/** A stretch of the input between two key frames: what {@link ReadOptions} are given to read it. */
export interface Segment {
  /** From 0. */
  readonly index: number;
  /** Seconds; absent where the output's first frame is the segment's. */
  readonly start?: number;
  /** Seconds; absent where the output's last frame is the segment's. */
  readonly end?: number;
}

/** What turned out while a segment was read. */
export interface SegmentNotes {
  readonly damaged: readonly Damage[];
  readonly changed: readonly Changed[];
}

/** A segment that is finished, and its part kept. */
export interface KeptSegment extends SegmentNotes {
  readonly frames: number;
}

/** Writes the frames of one segment. Finish it or cancel it; a cancelled one leaves nothing. */
export interface SegmentWriter extends Pick<MediaWriter, "write" | "cancel">, AsyncDisposable {
  /** Keeps the part: once it resolves, the part outlives a loss of power. */
  finish(notes: SegmentNotes): Promise<void>;
}

/** An output that is written in segments. Dispose of it: finished parts stay, for the next run. */
export interface SegmentedOutput extends AsyncDisposable {
  /** Path of the folder of the parts, or what it is called for people. */
  readonly folder: string;
  readonly encoding: Encoding;
  readonly segments: readonly Segment[];
  /** The finished ones, by their index; it grows as segments are finished. */
  readonly kept: ReadonlyMap<number, KeptSegment>;
  /** Why what an earlier run had left there was thrown away, in names of what differs; absent where nothing was. */
  readonly differs?: readonly string[];
  /** Parts of an earlier run that were found damaged and will be made again. */
  readonly spoilt: number;
  /** Begins a segment, one at a time. @throws TatamiError `output-failed` */
  write(segment: Segment): Promise<SegmentWriter>;
  /**
   * Joins all parts by copying packets, beside the input's other streams, and removes them.
   *
   * @throws TatamiError `internal` where a segment is missing; else as {@link MediaWriter.finish}.
   */
  join(): Promise<Written>;
  /** Removes the parts and their folder. */
  discard(): Promise<void>;
}
