/** An output: how it is begun, and what it takes. */

import type { Frame } from "../frame/frame.ts";
import type { EncodeOptions, Encoding } from "./encoding.ts";
import type { MediaReader, ReadOptions } from "./reader.ts";
import type { Size } from "../size.ts";

/**
 * Where media goes. A string is a path (Node only); a file handle is written in place; a plain byte
 * stream cannot be sought, so MP4 is written in fragments there.
 */
export type MediaOutput = string | FileSystemFileHandle | WritableStream<Uint8Array>;

/** What was written. */
export interface Written {
  readonly frames: number;
  /** Bytes. */
  readonly size: number;
  /** The file itself, when no output was given. */
  readonly blob?: Blob;
}

/** How a writer is made. */
export interface WriterInit {
  /** The opened input: its other tracks are copied, its rotation, colour and clock carried over. */
  readonly reader: MediaReader;
  /** Where to write; a Blob is made when left out. */
  readonly output?: MediaOutput | undefined;
  /** Size of the frames that will be written. */
  readonly size: Size;
  readonly encode?: EncodeOptions;
  /** The same cut as the frames', for the copied tracks. */
  readonly read?: ReadOptions;
}

/** An output being written. Finish it or cancel it; a cancelled one leaves no partial file. */
export interface MediaWriter extends AsyncDisposable {
  readonly encoding: Encoding;
  /** Takes the frame and closes it; resolves when the encoder has room for the next. */
  write(frame: Frame): Promise<void>;
  finish(): Promise<Written>;
  cancel(): Promise<void>;
}
