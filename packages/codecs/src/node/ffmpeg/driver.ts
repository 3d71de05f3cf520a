/** The second driver for Node: FFmpeg's own demuxers and decoders, for what mediabunny refuses. */

import type { CodecDriver } from "@tatami/core";
import { nodeDriver } from "../driver.ts";
import { openMedia } from "./open.ts";

/**
 * Makes the driver. It opens what FFmpeg opens: files of any container, numbered pictures (`frames/%04d.png`), standard
 * input (`-`), and addresses (`rtsp://`, `rtmp://`, HLS). Files are written as {@link nodeDriver} writes them.
 *
 * FFmpeg comes with `node-av`, an optional peer, and is a GPL build.
 */
export function ffmpegNodeDriver(): CodecDriver {
  const writer = nodeDriver();
  return {
    name: "ffmpeg",
    open: (input, options) => openMedia(input, options ?? {}),
    planWrite: (init) => writer.planWrite(init),
    write: (init) => writer.write(init),
  };
}
