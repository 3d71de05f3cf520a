/** The codec contract: what turns a file into frames, and frames into a file. */

import type { Encoding } from "./encoding.ts";
import type { MediaInput, MediaReader, OpenOptions } from "./reader.ts";
import type { SegmentedInit, SegmentedOutput } from "./segmented-output.ts";
import type { MediaWriter, WriterInit } from "./writer.ts";

/** The drivers there are. */
export type CodecDriverName = "mediabunny" | "ffmpeg";

/** A way of reading and writing media. Every driver passes the same contract suite. */
export interface CodecDriver {
  readonly name: CodecDriverName;
  /**
   * Opens an input and says what is in it.
   *
   * @throws TatamiError `input-not-found`, `unsupported-container`, `unsupported-codec`,
   * `unsupported-feature`, `damaged-input`, `encrypted-input`.
   */
  open(input: MediaInput, options?: OpenOptions): Promise<MediaReader>;
  /** What {@link CodecDriver.write} would choose, without touching the output. */
  planWrite(init: WriterInit): Promise<Encoding>;
  /** Begins an output. @throws TatamiError `unsupported-codec`, `output-failed`. */
  write(init: WriterInit): Promise<MediaWriter>;
  /**
   * Begins an output in segments, or goes on with one. Absent where the driver cannot.
   *
   * @throws TatamiError `invalid-option` for an input that is no file; `output-failed`.
   */
  openSegments?(init: SegmentedInit): Promise<SegmentedOutput>;
}
