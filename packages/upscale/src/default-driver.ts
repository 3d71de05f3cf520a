/** The codec driver used where none is named: mediabunny over WebCodecs. */

import { mediabunnyDriver } from "@tatami/codecs";
import type { CodecDriver } from "@tatami/core";

/** The environment's own driver. */
export function defaultDriver(): Promise<CodecDriver> {
  return Promise.resolve(mediabunnyDriver());
}
