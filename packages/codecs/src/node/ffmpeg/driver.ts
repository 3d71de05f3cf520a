/** The second driver for Node: FFmpeg's own demuxers and decoders, for what mediabunny refuses. */

import type { CodecDriver } from "@tatami/core";
import { checkKnownOptions, checkNumber } from "@tatami/core";
import { nodeDriver } from "../driver.ts";
import { openMedia } from "./open.ts";

/** How the driver is made. */
export interface FfmpegNodeDriverOptions {
  /**
   * Seconds for which a live input that broke off is tried again before it is given up with `connection-lost`.
   * @defaultValue 20
   */
  readonly giveUpAfter?: number;
}

/**
 * Makes the driver. It opens what FFmpeg opens: files of any container, numbered pictures (`frames/%04d.png`), standard
 * input (`-`), and addresses (`rtsp://`, `rtmp://`, HLS). Files are written as {@link nodeDriver} writes them.
 *
 * What comes over a network begins at time 0; what is live has a duration of Infinity. When that breaks off it is opened again, its time goes on
 * as the clock on the wall does, and `onDamaged` is told. What can be read once only (live inputs, standard input,
 * streams) goes on where its last reader stopped.
 *
 * FFmpeg comes with `node-av`, an optional peer, and is a GPL build.
 */
export function ffmpegNodeDriver(options: FfmpegNodeDriverOptions = {}): CodecDriver {
  checkKnownOptions("ffmpegNodeDriver", options, ["giveUpAfter"]);
  const giveUpAfter = checkNumber("giveUpAfter", options.giveUpAfter ?? 20, 0);
  const writer = nodeDriver();
  return {
    name: "ffmpeg",
    open: (input, open) => openMedia(input, open ?? {}, { giveUpAfter }),
    planWrite: (init) => writer.planWrite(init),
    write: (init) => writer.write(init),
  };
}
