/** Frames of several videos that are shown at the same time, one after another. */

import type { Frame } from "@tatami/core";

/** Frames shown at one time, one of each video; or of fewer, where others have none then. */
export interface FrameGroup {
  /** Seconds: of the first video that has a frame. */
  readonly time: number;
  /** In the order of the videos. Closed when the next group is asked for. */
  readonly frames: readonly (Frame | undefined)[];
}

/** Seconds by which containers' clocks may round one time differently. */
const leastTolerance = 0.002;

/**
 * Pairs by the time a frame is shown, never by its number: a frame belongs to the group that began at most half a frame
 * before it.
 *
 * @param frameSeconds how long a frame of each video is shown as a rule; 0 where that is not known
 */
export async function* pairFrames(
  videos: readonly AsyncIterable<Frame>[],
  frameSeconds: readonly number[],
): AsyncGenerator<FrameGroup, void, undefined> {
  const known = frameSeconds.filter((seconds) => seconds > 0);
  const tolerance = Math.max(leastTolerance, Math.min(...known, Infinity) / 2);
  const readers = videos.map((video) => video[Symbol.asyncIterator]());
  const heads: (Frame | undefined)[] = videos.map(() => undefined);
  const ended = videos.map(() => false);
  let group: readonly (Frame | undefined)[] = [];
  try {
    for (;;) {
      await Promise.all(
        readers.map(async (reader, at) => {
          if (heads[at] || ended[at]) return;
          const next = await reader.next();
          if (next.done) ended[at] = true;
          else heads[at] = next.value;
        }),
      );
      const time = Math.min(...heads.map((head) => head?.timestamp ?? Infinity));
      if (time === Infinity) return;
      group = heads.map((head) => (head && head.timestamp - time < tolerance ? head : undefined));
      for (const [at, frame] of group.entries()) if (frame) heads[at] = undefined;
      yield { time, frames: group };
      closeAll(group);
    }
  } finally {
    closeAll(group);
    closeAll(heads);
    await Promise.all(readers.map((reader) => reader.return?.(undefined)));
  }
}

function closeAll(frames: readonly (Frame | undefined)[]): void {
  for (const frame of frames) frame?.close();
}
