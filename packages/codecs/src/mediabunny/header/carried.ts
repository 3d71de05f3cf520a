/** What an opened input says of itself beside its tracks, as the writer carries it over: whichever driver opened it. */

import type { Changed, LeftOut, MediaReader } from "@tatami/core";
import type { AttachedImage, MetadataTags, TrackDisposition } from "mediabunny";
import { AttachedFile } from "mediabunny";
import { findParts, readBox, readElement } from "./boxes.ts";
import type { SourceBytes } from "../../driver/find-cut.ts";
import type { Tags } from "./tag-names.ts";
import { commonName, withoutOwnNotes } from "./tag-names.ts";

/** What is carried over of an input. */
export interface Carried {
  readonly tags: Tags;
  /** Boxes of an MP4's or MOV's user data that are copied byte for byte, by their type. */
  readonly boxes: Readonly<Record<string, Uint8Array>>;
  readonly images: readonly AttachedImage[];
  readonly attachments: Readonly<Record<string, AttachedFile>>;
  /** Milliseconds since 1970; absent where nothing says when it was made. */
  readonly createdAt: number | undefined;
  /** By the number in the description. */
  readonly tracks: ReadonlyMap<number, CarriedTrack>;
  /** What is known to become otherwise, whatever is written. */
  readonly changed: readonly Changed[];
  /** What is known to be lost, whatever is written. */
  readonly leftOut: readonly LeftOut[];
}

/** What is carried over of a track. */
export interface CarriedTrack {
  readonly name?: string;
  readonly language?: string;
  readonly disposition?: Partial<TrackDisposition>;
  /** Milliseconds since 1970. */
  readonly createdAt?: number;
  /** Whether the picture is mirrored before it is turned. */
  readonly isFlipped?: boolean;
}

const carried = new WeakMap<MediaReader, Carried>();

/** Remembers what a reader's input says of itself. */
export function rememberCarried(reader: MediaReader, what: Carried): void {
  carried.set(reader, what);
}

/** What a reader's input says of itself, or nothing for a reader of neither driver. */
export function findCarried(reader: MediaReader): Carried | undefined {
  return carried.get(reader);
}

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

/** What a file's own header says beside what mediabunny reads of it. */
export interface HeaderNotes {
  readonly title?: string;
  /** Milliseconds since 1970. */
  readonly createdAt?: number;
  /** The same of tracks, by their numbers in the file. */
  readonly tracksCreatedAt: ReadonlyMap<number, number>;
}

/** Bytes at the beginning of a Matroska file in which its header is looked for. */
const segmentHeadBytes = 2 ** 20;
/** Milliseconds from 1904 and 2001, from which MP4 and Matroska count, to 1970. */
const [epoch1904, epoch2001] = [Date.UTC(1904, 0), Date.UTC(2001, 0)];

/** Reads the index of an MP4 or MOV. @param moov its bytes. Source: ISO/IEC 14496-12, section 8.2.2 */
export function readMovieNotes(moov: DataView): HeaderNotes {
  const dateAt = (at: number): number | undefined => {
    const seconds = moov.getUint8(at) === 1 ? Number(moov.getBigUint64(at + 4)) : moov.getUint32(at + 4);
    return seconds === 0 ? undefined : epoch1904 + 1000 * seconds;
  };
  const tracksCreatedAt = new Map<number, number>();
  for (const { content, end } of findParts(moov, readBox, "moov/trak")) {
    const [header] = findParts(moov, readBox, "tkhd", [content, end]);
    const [media] = findParts(moov, readBox, "mdia/mdhd", [content, end]);
    const createdAt = media && dateAt(media.content);
    if (!header || createdAt === undefined) continue;
    const isLong = moov.getUint8(header.content) === 1;
    tracksCreatedAt.set(moov.getUint32(header.content + (isLong ? 20 : 12)), createdAt);
  }
  const [movie] = findParts(moov, readBox, "moov/mvhd");
  const createdAt = movie && dateAt(movie.content);
  return { tracksCreatedAt, ...(createdAt === undefined ? {} : { createdAt }) };
}

/** Reads the head of a Matroska file. Source: RFC 9559, section 5.1.2 */
export async function readSegmentNotes(bytes: SourceBytes): Promise<HeaderNotes> {
  const head = await bytes.read(0, Math.min(segmentHeadBytes, bytes.size));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [title] = findParts(view, readElement, "18538067/1549a966/7ba9");
  const [date] = findParts(view, readElement, "18538067/1549a966/4461");
  return {
    tracksCreatedAt: new Map(),
    ...(title ? { title: new TextDecoder().decode(head.subarray(title.content, title.end)) } : {}),
    ...(date && date.end - date.content === 8
      ? { createdAt: epoch2001 + Number(view.getBigInt64(date.content) / 1_000_000n) }
      : {}),
  };
}
