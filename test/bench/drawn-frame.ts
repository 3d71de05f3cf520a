/** One frame with something in every part of it. */

import type { Frame } from "@tatami/core";
import { createFrame, createPlane } from "@tatami/core";

/** Size of the frames. */
export const drawnSize = { width: 640, height: 360 } as const;

/** A frame of 640×360, its pixels its own, no two of them alike. */
export function drawnFrame(index: number): Frame {
  const { width, height } = drawnSize;
  const luma = createPlane(drawnSize);
  for (let at = 0; at < luma.data.length; at++)
    luma.data[at] = 16 + ((at * 31 + index * 57 + ((at * at) >> 3)) % 219);
  const chroma = (level: number) => {
    const plane = createPlane({ width: width / 2, height: height / 2 });
    plane.data.fill(level);
    return plane;
  };
  return createFrame({ luma, chroma: [chroma(120), chroma(135)] }, { timestamp: index / 25, duration: 0.04 });
}
