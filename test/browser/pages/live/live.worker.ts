/** Says what a worker has of live video, and how a track is refused where it has nothing. */

import { TatamiError } from "@tatami/core";
import { createTrack, liveSupport } from "@tatami/live";

const { read, write } = liveSupport();
let refused = "nothing";
try {
  await createTrack()[Symbol.asyncDispose]();
} catch (error) {
  refused = TatamiError.is(error) ? error.code : String(error);
}
postMessage({ read, write, refused });
