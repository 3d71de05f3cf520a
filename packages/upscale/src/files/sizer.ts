/** Enlarged frames made smaller to the size that was asked for. */

import type { Frame, Size } from "@tatami/core";
import { createFrame, planesOf } from "@tatami/core";
import { createPlanesReducer } from "@tatami/patches";

/** Takes each frame; the results are the caller's to close. */
export type Sizer = (larger: AsyncIterable<Frame>) => AsyncIterable<Frame>;

/** A sizer. What has the size already is handed on. */
export async function createSizer(size: Size): Promise<Sizer> {
  const reduce = await createPlanesReducer();
  return async function* sized(larger) {
    for await (const frame of larger) {
      if (frame.size.width === size.width && frame.size.height === size.height) {
        yield frame;
        continue;
      }
      let smaller: Frame;
      try {
        smaller = createFrame(reduce(await planesOf(frame), size), frame, "sizer");
      } finally {
        frame.close();
      }
      yield smaller;
    }
  };
}
