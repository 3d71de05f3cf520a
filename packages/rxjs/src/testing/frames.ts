/** Small frames for tests. */

import type { Frame, Size } from "@tatami/core";
import { createFrame, createPlane } from "@tatami/core";

/** A grey frame, `index` seconds from the start. */
export function frameAt(index: number, size: Size = { width: 4, height: 2 }, level = 100): Frame {
  const luma = createPlane(size);
  luma.data.fill(level);
  const half = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
  const planes = { luma, chroma: [createPlane(half), createPlane(half)] as const };
  return createFrame(planes, { timestamp: index, duration: 1 }, "test");
}
