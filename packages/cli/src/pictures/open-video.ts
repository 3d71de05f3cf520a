/** Videos and pictures as frames, in this process. */

import type { NodeDriverOptions } from "@tatami/codecs/node";
import type {
  CodecDriver,
  Frame,
  MediaDescription,
  MediaInput,
  MediaReader,
  OpenOptions,
  ReadOptions,
} from "@tatami/core";

/** An opened video. Dispose of it. */
export interface OpenedVideo extends AsyncDisposable {
  readonly description: MediaDescription;
  /** For writers, which carry the rest of the file over. */
  readonly reader: MediaReader;
  readonly driver: CodecDriver;
  /** Every frame in the order it is shown; each is the caller's to close. */
  frames(options?: ReadOptions): AsyncGenerator<Frame, void, undefined>;
}

/** Opens a file or an address by its name. */
export type OpenVideo = (name: string) => Promise<OpenedVideo>;

/** An opener with the drivers of this machine. @throws TatamiError of the driver, when it opens. */
export async function createVideoOpener(open: OpenOptions): Promise<OpenVideo> {
  const { openMedia, readFrames } = await import("@tatami/upscale");
  const drivers = await createDrivers();
  return async (name) => {
    const input = toInput(name);
    const media = await openMedia(input, drivers, open);
    const { reader, driver } = media;
    return {
      description: reader.description,
      reader,
      driver,
      frames: (read = {}) =>
        readFrames({ input, media, open, read: { ...read, ...(open.signal && { signal: open.signal }) } }),
      [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
    };
  };
}

/** The drivers of the command line. */
export async function createDrivers(options: NodeDriverOptions = {}): Promise<readonly CodecDriver[]> {
  const { nodeDriver } = await import("@tatami/codecs/node");
  return [nodeDriver(options)];
}

/** Files on servers are fetched in ranges; playlists and streams stay addresses, which FFmpeg opens. */
export function toInput(name: string): MediaInput {
  return /^https?:/.test(name) && !/\.m3u8(?:\?|$)/.test(name) ? new URL(name) : name;
}
