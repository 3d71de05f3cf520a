/** Chapters that can travel: a Nero list (`chpl`), which is a piece of an MP4's or MOV's metadata. */

import type { Container, LeftOut, ReadOptions, TrackDescription } from "@tatami/core";
import type { MetadataTags } from "mediabunny";
import type { OpenedMedia } from "./opened-media.ts";

/** What becomes of an input's metadata and of the chapters in it. */
export interface MetadataPlan {
  /** To write; the chapter list is among them only when it may be. */
  readonly tags: MetadataTags;
  /** Whether the chapter list is written, which MP4 must be told: its usual form of tags cannot hold it. */
  readonly keepsChapters: boolean;
  readonly copied: readonly TrackDescription[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Plans the metadata. A chapter list is copied byte for byte, so only a file that is not cut at its
 * start may keep it, and only where nothing writes the file a second time.
 */
export async function planMetadata(
  media: OpenedMedia,
  container: Container,
  read: ReadOptions,
  isRewritten: boolean,
): Promise<MetadataPlan> {
  const tags = await media.input.getMetadataTags();
  const { chpl: list, ...raw } = tags.raw ?? {};
  const { chapters } = media;
  const obstacle = obstacleTo(list, container, read, isRewritten);
  if (chapters && obstacle === undefined)
    return { tags, keepsChapters: true, copied: [chapters], leftOut: [] };
  return {
    tags: tags.raw ? { ...tags, raw } : tags,
    keepsChapters: false,
    copied: [],
    leftOut: chapters && obstacle ? [{ track: chapters, ...obstacle }] : [],
  };
}

function obstacleTo(
  list: unknown,
  container: Container,
  read: ReadOptions,
  isRewritten: boolean,
): Pick<LeftOut, "reason" | "message"> | undefined {
  if (!(list instanceof Uint8Array)) {
    const message = "Chapters of this kind are not copied: neither mediabunny nor node-av can write them.";
    return { reason: "driver-cannot-copy", message };
  }
  if (container !== "mp4" && container !== "mov") {
    const message = `Chapters are not copied from MP4 to ${container}: neither mediabunny nor node-av can write them.`;
    return { reason: "driver-cannot-copy", message };
  }
  if (read.start !== undefined) {
    const message = "Chapters are not copied when the start is cut off: their times would be wrong.";
    return { reason: "driver-cannot-copy", message };
  }
  if (isRewritten) {
    const message = "Chapters are not copied beside subtitles: node-av, which adds those, cannot write them.";
    return { reason: "driver-cannot-copy", message };
  }
  return undefined;
}
