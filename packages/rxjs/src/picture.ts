/** What flows: Tatami's frames, and WebCodecs' where there are any. */

import type { Frame } from "@tatami/core";

/** A frame of either kind. Whoever takes it closes it, or hands it on. */
export type Picture = Frame | VideoFrame;
