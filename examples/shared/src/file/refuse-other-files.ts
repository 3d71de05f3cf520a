/** Tells what is no video by its first bytes, before anything large is fetched to find out. */

import { TatamiError } from "@tatami/core";
import { fileTypeFromBlob } from "file-type";
import type { FileTypeResult } from "file-type";

/** What the pages read, in words. */
export const readable = "MP4, MOV, MKV, WebM, MPEG-TS, AVI, FLV, WMV, 3GP or MPEG";

/** Videos whose type does not say so. */
const videos: ReadonlySet<string> = new Set(["gif", "asf", "mxf", "ogx", "swf"]);

/** Bytes that a text is told by. */
const looked = 4096;

/**
 * Passes over whatever might be a video: what cannot be told is left to those who read it.
 *
 * @throws TatamiError `unsupported-container` for what is certainly none: a text, a picture, sound, an archive.
 */
export const refuseOtherFiles = async (file: File): Promise<void> => {
  const what = await tellOther(file);
  if (what === undefined) return;
  throw new TatamiError({
    code: "unsupported-container",
    message: `${file.name} is ${what}, not a video.`,
    fix: `Choose a video: ${readable}.`,
  });
};

const tellOther = async (file: File): Promise<string | undefined> => {
  if (file.size === 0) return "an empty file";
  const start = new Uint8Array(await file.slice(0, looked).arrayBuffer());
  // its mark looks like the first bytes of MPEG sound
  if (isUtf16(start)) return "a text";
  const type = await fileTypeFromBlob(file).catch(() => undefined);
  if (type !== undefined) return nameOther(type, file.name);
  return isText(start) ? "a text" : undefined;
};

const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

const nameOther = ({ ext, mime }: FileTypeResult, name: string): string | undefined => {
  if (mime.startsWith("video/") || videos.has(ext)) return undefined;
  // one JPEG after another is how some cameras record
  if (ext === "jpg" && /\.mjpe?g$/i.test(name)) return undefined;
  const kind = ext.toUpperCase();
  if (mime.startsWith("image/")) return `a picture (${kind})`;
  if (mime.startsWith("audio/")) return `sound without a picture (${kind})`;
  return `another kind of file (${kind})`;
};

const isText = (bytes: Uint8Array): boolean => {
  // tab, line feed, form feed, carriage return and escape are all that texts have of these
  if (bytes.some((byte) => byte < 32 && ![9, 10, 12, 13, 27].includes(byte))) return false;
  try {
    // streaming: the last character may be cut in two
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
};
