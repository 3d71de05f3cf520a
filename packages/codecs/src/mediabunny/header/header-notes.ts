/** What a file's own header says of when it was made and how it is called, beside what mediabunny reads of it. */

import type { SourceBytes } from "../../driver/find-cut.ts";
import { findParts, readBox, readElement } from "./boxes.ts";

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
