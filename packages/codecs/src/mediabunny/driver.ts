/** The mediabunny driver: the codec contract over mediabunny and WebCodecs, in browsers and workers. */

import type { CodecDriver } from "@tatami/core";
import { openMedia } from "./input/open.ts";
import { planWrite } from "./output/plan-write.ts";
import { createWriter } from "./output/write.ts";

/** Makes the driver. It holds nothing until something is opened. */
export function mediabunnyDriver(): CodecDriver {
  return {
    name: "mediabunny",
    open: (input, open) => openMedia(input, open ?? {}),
    planWrite: async (init) => (await planWrite(init)).encoding,
    write: (init) => createWriter(init),
    // most pages keep nothing
    openSegments: async (init) => (await import("./segments/open-segments.ts")).openSegments(init),
  };
}
