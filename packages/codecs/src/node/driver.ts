/** The driver for Node: FFmpeg's libraries read and write, and carry over what lies beside the picture. */

import type { CodecDriver } from "@tatami/core";
import { checkKnownOptions, checkNumber, invalidOption } from "@tatami/core";
import { openJoined } from "./join/open-joined.ts";
import { openMedia } from "./input/open.ts";
import type { RawVideo } from "./frames/raw-input.ts";
import { checkRawVideo } from "./frames/raw-input.ts";
import { planWrite } from "./output/plan-write.ts";
import { createWriter } from "./output/write.ts";
import { openSegments } from "./segments/open-segments.ts";

/** How the driver is made. */
export interface NodeDriverOptions {
  /**
   * Seconds for which a live input that broke off is tried again before it is given up with `connection-lost`.
   * @defaultValue 20
   */
  readonly giveUpAfter?: number;
  /**
   * Files that follow the one that is opened, as one video, each where the one before ends: of one size and shape; sound
   * that differs is encoded anew. What else differs, and what is missing between them, is told (`changed`). @defaultValue none
   */
  readonly followedBy?: readonly string[];
  /** What inputs are that have no header: raw video, for instance from another program's pipe. @defaultValue none are */
  readonly raw?: RawVideo;
}

/**
 * Makes the driver. It opens what FFmpeg opens: files of any container, Blobs and streams, numbered pictures
 * (`frames/%04d.png`), standard input (`-`), and addresses (`rtsp://`, `rtmp://`, HLS); it writes MP4, MOV, Matroska and
 * WebM to paths, to streams of bytes, or to a Blob.
 *
 * Time 0 is the input's own start. What is live has a duration of Infinity; when it breaks off it is opened again, its
 * time goes on as the clock on the wall does, and `onDamaged` is told. What can be read once only (live inputs, standard
 * input, streams) goes on where its last reader stopped.
 *
 * FFmpeg comes with `node-av`, an optional peer that is loaded when something is first opened, and is a GPL build.
 */
export function nodeDriver(options: NodeDriverOptions = {}): CodecDriver {
  checkKnownOptions("nodeDriver", options, ["giveUpAfter", "followedBy", "raw"]);
  const giveUpAfter = checkNumber("giveUpAfter", options.giveUpAfter ?? 20, 0);
  const { followedBy = [], raw } = options;
  if (raw !== undefined) checkRawVideo("raw", raw);
  if (raw !== undefined && followedBy.length > 0)
    throw invalidOption(
      "followedBy",
      "left out beside raw",
      followedBy,
      "Join raw video by cat, or by a pipe.",
    );
  return {
    name: "ffmpeg",
    open: (input, open) =>
      followedBy.length > 0
        ? openJoined(input, followedBy, open ?? {})
        : openMedia(input, open ?? {}, { giveUpAfter }, raw),
    planWrite: async (init) => (await planWrite(init)).encoding,
    write: (init) => createWriter(init),
    openSegments: (init) => openSegments(init),
  };
}
