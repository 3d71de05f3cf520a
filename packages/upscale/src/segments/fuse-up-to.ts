/** Brings what is known of a stream to where a segment begins, so that segments are what one run would have made. */

import type { Segment } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import type { StreamFusion } from "@tatami/patches";
import { readFrames } from "../files/read-frames.ts";
import type { ReadingInit } from "../files/read-frames.ts";

/** Where a job's fusion is. */
export interface FusionPlace {
  /**
   * Goes to where a segment begins: nothing to do after the one before it. Else all that comes before it is decoded and
   * fused again, though not enlarged: some ten times quicker than to make it.
   */
  begin(segment: Segment, reading: ReadingInit): Promise<void>;
  /** The segment is done: the next one begins here. */
  passed(segment: Segment): void;
}

/** Of a fusion that has seen no frame. */
export function createFusionPlace(fusion: StreamFusion | undefined): FusionPlace {
  const fresh = fusion?.save();
  let next: number | undefined = 0;
  return {
    async begin({ index, start }, reading) {
      if (!fusion || !fresh || index === next) return;
      next = undefined;
      await fusion.load(fresh);
      if (start === undefined) return;
      // what is damaged there is told by the segments themselves
      const { onChanged: _, ...read } = reading.read;
      const before = readFrames({ ...reading, read: { ...read, onDamaged: () => {}, end: start } });
      for await (const frame of before) {
        try {
          const { luma } = await frame.planes();
          await fusion.next({ luma, timestamp: frame.timestamp, isKey: frame.isKey });
        } finally {
          frame.close();
        }
        throwIfAborted(read.signal);
      }
    },
    passed({ index }) {
      next = index + 1;
    },
  };
}
