/** When a frame was seen by the camera, on the page's own clock. */

/** Learns how far the camera's clock is from the page's. */
export interface CaptureClock {
  /** A frame has come just now. @param timestamp its own time @param now the page's; both in seconds */
  came(timestamp: number, now: number): void;
  /** The page's time at which a frame with this time was seen, in seconds. */
  seen(timestamp: number): number;
}

/** The least time on the way is the truest: the others have waited for the engine. */
export const createCaptureClock = (): CaptureClock => {
  let ahead = Number.POSITIVE_INFINITY;
  return {
    came: (timestamp, now) => void (ahead = Math.min(ahead, now - timestamp)),
    seen: (timestamp) => timestamp + ahead,
  };
};

/**
 * Times of a recording's frames: from 0, and rising, whatever a camera says.
 *
 * @param start the page's time at which the recording began, in seconds
 * @returns nothing for a frame that is not to be in it: it was seen before, and is not the first
 */
export const createFrameTimes = (start: number): ((seen: number) => number | undefined) => {
  let last: number | undefined;
  return (seen) => {
    // the first one stands from the beginning, where sound may already be
    if (last === undefined) return (last = 0);
    if (seen < start) return undefined;
    last = Math.max(seen - start, last + 0.001);
    return last;
  };
};
