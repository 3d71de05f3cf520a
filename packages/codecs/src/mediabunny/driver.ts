/** The mediabunny driver: the codec contract over mediabunny, in any environment. */

import type { CodecDriver } from "@tatami/core";
import { openMedia } from "./input/open.ts";
import { planWrite } from "./output/plan-write.ts";
import type { Platform } from "./platform.ts";
import { webPlatform } from "./pictures/web-platform.ts";
import { createWriter } from "./output/write.ts";

/** How the driver is made. */
export interface MediabunnyDriverOptions {
  /** How pixels pass between mediabunny and memory, and where paths are. @defaultValue WebCodecs' way, without paths */
  readonly platform?: Platform;
}

/** Makes the driver. It holds nothing until something is opened. */
export function mediabunnyDriver(options: MediabunnyDriverOptions = {}): CodecDriver {
  const platform = options.platform ?? webPlatform;
  return {
    name: "mediabunny",
    open: async (input, open) => {
      return openMedia(input, open ?? {}, platform);
    },
    planWrite: async (init) => {
      return (await planWrite(init, platform)).encoding;
    },
    write: async (init) => {
      return createWriter(init, platform);
    },
  };
}
