/** The unit of work between a frame and an engine. */

import type { Plane } from "./frame.ts";
import type { Rect } from "./size.ts";

/**
 * One patch of one frame's luma, to be computed: read `window` of `source`, run the model, keep the
 * part of the result that belongs to `kept`, and write it into `target`.
 */
export interface PatchJob {
  readonly source: Plane;
  readonly target: Plane;
  /** Source pixels the model reads, the halo included. */
  readonly window: Rect;
  /** Source pixels whose result is exact and is written; inside `window`. */
  readonly kept: Rect;
  /** Whether luma uses 0..255 rather than 16..235: the model works in the studio range. */
  readonly fullRange: boolean;
}
