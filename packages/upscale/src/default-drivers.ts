/** The codec drivers used where none are named: mediabunny over WebCodecs. */

import { mediabunnyDriver } from "@tatami/codecs";
import type { CodecDriver } from "@tatami/core";

/**
 * The environment's own drivers, in the order they are tried. FFmpeg's is not among them in a browser: its core is a
 * download of some 32 MB under the GPL, which only the page's author can choose.
 */
export function defaultDrivers(): Promise<readonly CodecDriver[]> {
  return Promise.resolve([mediabunnyDriver()]);
}
