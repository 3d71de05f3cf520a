/** The mediabunny driver for Node: file paths, and FFmpeg's decoders and encoders. */

import type { CodecDriver } from "@tatami/core";
import { mediabunnyDriver } from "../mediabunny/driver.ts";
import { findExtraTracks } from "./extra-tracks.ts";
import { createPartialFile } from "./partial-file.ts";
import { openFile } from "./open-file.ts";
import { loadNodeAv } from "./node-av.ts";
import { ffmpegPictures } from "./pictures.ts";

/**
 * Makes the driver. `@mediabunny/server` is loaded when something is first opened or written.
 *
 * Its FFmpeg is a GPL build; that is why it is an optional peer.
 */
export function nodeDriver(): CodecDriver {
  return mediabunnyDriver({
    platform: {
      openPath: openFile,
      createPath: createPartialFile,
      findExtraTracks,
      prepare: async () => void (await loadPackages()),
      pictures: ffmpegPictures,
      decoderStatesColor: true,
      hardwareAcceleration: "prefer-software",
      annexB: true,
    },
  });
}
