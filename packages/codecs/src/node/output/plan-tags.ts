/** What a file says of itself by name, carried from one container to another. */

import type { Changed, Container } from "@tatami/core";
import type { Tags } from "../../carried/tag-names.ts";
import { withoutWritersNotes } from "../../carried/tag-names.ts";

/** Names for which each container has a place of its own; Matroska has one for any. Source: FFmpeg 8's movenc.c. */
const places: Readonly<Record<"mp4" | "mov", RegExp>> = {
  mp4: /^(title|artist|album_artist|composer|album|date|comment|genre|copyright|grouping|lyrics|description|synopsis|show|episode_id|network|keywords|episode_sort|season_number|media_type|hd_video|gapless_playback|compilation|track|disc|tmpo|location(-[a-z]{3})?|creation_time|timecode)$/i,
  mov: /^(title|artist|album|date|comment|genre|copyright|make|model|keywords|location(-[a-z]{3})?|creation_time|timecode)$/i,
};
/** What MP4 and MOV keep of a track. */
const trackPlaces = /^(title|language|creation_time|timecode)$/i;

/** Names that only QuickTime's own form of tags (`mdta`) has room for. */
const quickTime = /^com\.(apple|android)\./i;

/** The tags of an output. */
export interface TagsPlan {
  readonly file: Tags;
  /** Whether they are written in QuickTime's form, which has room for any name. */
  readonly anyTags: boolean;
  readonly changed: readonly Changed[];
}

/** Plans the file's tags. */
export function planTags(tags: Tags, container: Container): TagsPlan {
  const file = withoutWritersNotes(tags);
  if (container === "mkv" || container === "webm") return { file, anyTags: false, changed: [] };
  const anyTags = Object.keys(file).some((name) => quickTime.test(name));
  const lost = anyTags ? [] : Object.keys(file).filter((name) => !places[container].test(name));
  // FFmpeg would write the date among them, where the file's own headers say it already
  const { creation_time: _, ...others } = file;
  return {
    file: anyTags ? others : file,
    anyTags,
    changed: lost.length > 0 ? [lostTags("the file", lost, container)] : [],
  };
}

/**
 * Plans a track's tags.
 *
 * @param file the file's own: a date that all tracks have is there too.
 */
export function planTrackTags(
  tags: Tags,
  container: Container,
  what: string,
  file: Tags,
): { readonly track: Tags; readonly changed: readonly Changed[] } {
  const track = withoutWritersNotes(tags);
  const isMatroska = container === "mkv" || container === "webm";
  const lost = Object.keys(track).filter((name) =>
    // FFmpeg's Matroska muxer writes any name but this one, which the file has
    isMatroska ? name === "creation_time" && track[name] !== file[name] : !trackPlaces.test(name),
  );
  return { track, changed: lost.length > 0 ? [lostTags(what, lost, container)] : [] };
}

function lostTags(what: string, names: readonly string[], container: Container): Changed {
  const message = `Of ${what}'s tags ${names.join(", ")} cannot be held by ${container}.`;
  return { kind: "tags", message };
}
