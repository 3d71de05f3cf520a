/** Chapters that can travel: a Nero list (`chpl`), which is a piece of an MP4's or MOV's metadata. */

import type { Container, LeftOut, ReadOptions, TrackDescription } from "@tatami/core";

/** What becomes of chapters. */
export interface ChaptersPlan {
  /** Whether the chapter list is copied, byte for byte. */
  readonly keeps: boolean;
  readonly copied: readonly TrackDescription[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Plans the chapters. A list is copied byte for byte, so only a file that is not cut at its start may keep it.
 *
 * @param list the list's box, where the input has one.
 */
export function planChapters(
  chapters: TrackDescription | undefined,
  list: Uint8Array | undefined,
  container: Container,
  read: ReadOptions,
): ChaptersPlan {
  if (!chapters) return { keeps: false, copied: [], leftOut: [] };
  const obstacle = obstacleTo(list, container, read);
  if (obstacle === undefined) return { keeps: true, copied: [chapters], leftOut: [] };
  return {
    keeps: false,
    copied: [],
    leftOut: [{ track: chapters, reason: "driver-cannot-copy", message: obstacle }],
  };
}

function obstacleTo(
  list: Uint8Array | undefined,
  container: Container,
  read: ReadOptions,
): string | undefined {
  if (!list || (container !== "mp4" && container !== "mov"))
    return `Chapters are not copied: mediabunny, which writes ${container} in browsers, can write none of this kind.`;
  if (read.start !== undefined)
    return "Chapters are not copied when the start is cut off: their times would be wrong.";
  return undefined;
}
