/** What mediabunny reads of an input's tags, by the names that all drivers know. */

import type { AttachedImage, MetadataTags } from "mediabunny";
import { AttachedFile } from "mediabunny";
import type { Carried } from "../../carried/carried.ts";
import { commonName, withoutOwnNotes } from "../../carried/tag-names.ts";

/** Sorts what mediabunny read: texts by FFmpeg's names, and what is no text. */
export function sortTags(read: MetadataTags): Pick<Carried, "tags" | "boxes" | "images" | "attachments"> {
  const tags: Record<string, string> = {};
  const boxes: Record<string, Uint8Array> = {};
  const attachments: Record<string, AttachedFile> = {};
  const keep = (name: string, value: string | undefined): void => {
    if (value !== undefined) tags[name] ??= value;
  };
  for (const [key, value] of Object.entries(read.raw ?? {})) {
    if (typeof value === "string") keep(commonName(key), value);
    else if (value instanceof AttachedFile) {
      if (!isCover(value, read.images ?? [])) attachments[key] = value;
    } else if (value instanceof Uint8Array) {
      if (key.length === 4 && !ofItems.test(key)) boxes[key] = value;
    }
  }
  keep("title", read.title);
  keep("artist", read.artist);
  keep("album", read.album);
  keep("album_artist", read.albumArtist);
  keep("genre", read.genre);
  keep("comment", read.comment);
  keep("description", read.description);
  keep("lyrics", read.lyrics);
  keep("date", read.date?.toISOString().slice(0, 10));
  keep("track", ofTotal(read.trackNumber, read.tracksTotal));
  keep("disc", ofTotal(read.discNumber, read.discsTotal));
  return { tags: withoutOwnNotes(tags), boxes, images: read.images ?? [], attachments };
}

/** What iTunes' list of items has as numbers, which mediabunny does not tell from boxes of user data. */
const ofItems =
  /^(trkn|disk|tmpo|cpil|pgap|covr|hdvd|stik|plID|cnID|atID|geID|sfID|akID|tves|tvsn|shwm|pcst|egid|purl|----)$/;

/** Whether an attached file is one of the images already. */
function isCover({ data }: AttachedFile, images: readonly AttachedImage[]): boolean {
  return images.some(
    (image) => image.data.length === data.length && image.data.every((byte, at) => byte === data[at]),
  );
}

function ofTotal(number: number | undefined, total: number | undefined): string | undefined {
  return number === undefined ? undefined : total === undefined ? `${number}` : `${number}/${total}`;
}
