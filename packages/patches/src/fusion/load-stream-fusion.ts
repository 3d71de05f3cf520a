/** Brings fusion when it is wanted: a page that does not fuse loads nothing of it. */

import type { createStreamFusion } from "./stream-fusion.ts";

/** What makes a stream's fusion; the same function each time. */
export async function loadStreamFusion(): Promise<typeof createStreamFusion> {
  return (await import("./stream-fusion.ts")).createStreamFusion;
}
