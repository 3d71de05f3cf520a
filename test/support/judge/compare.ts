/** Where an output of twice the size is otherwise than its input, by what ffprobe says of both. */

import type { FileFacts, PictureFacts } from "./facts.ts";
import { compareStreams } from "./compare-streams.ts";
import { compareTimes } from "./compare-times.ts";
import { differ } from "./difference.ts";
import type { Aspect, Difference } from "./difference.ts";
import { tagDifferences } from "./tags.ts";

/** Compares two files that both have a picture. */
export function compareFiles(before: FileFacts, after: FileFacts): Difference[] {
  const [was, is] = [before.picture, after.picture];
  if (!was || !is) throw new Error("only files with a picture can be compared");
  return [
    ...compareTimes(before, after),
    ...comparePictures(was, is),
    ...compareStreams(before, after),
    ...tagDifferences(before.tags, after.tags),
    ...tagDifferences(was.tags, is.tags, "picture: "),
    ...differ("tags", "the picture's language", was.language, is.language),
    ...differ("timecode", "timecode", before.timecode, after.timecode),
    ...compareChapters(before, after),
  ];
}

function comparePictures(was: PictureFacts, is: PictureFacts): Difference[] {
  const isRgb = /^(pal8|rgb|bgr|gbr|argb|abgr|0rgb|0bgr|mono)/.test(was.pixelFormat);
  // values of RGB that have no meaning in what it is encoded as
  const stated = [...was.color].filter(
    ([name]) => !isRgb || !["range", "matrix", "chroma place"].includes(name),
  );
  const colors = new Map(stated);
  const names = new Set([...colors.keys(), ...(isRgb ? [] : is.color.keys())]);
  const sampled = chromaOf(was.pixelFormat);
  return [
    ...differ("size", "size", `${2 * was.width}×${2 * was.height}`, `${is.width}×${is.height}`),
    ...differ("pixel aspect", "pixel aspect", was.pixelAspect.join(":"), is.pixelAspect.join(":")),
    ...differ(
      "display matrix",
      "display matrix",
      was.matrix.map(rounded).join(" "),
      is.matrix.map(rounded).join(" "),
    ),
    ...differMaps("shape", was.shape, is.shape),
    ...[...names].flatMap((name) =>
      // where chroma is sampled otherwise it lies elsewhere, which goes without saying
      name === "chroma place" && sampled !== chromaOf(is.pixelFormat)
        ? []
        : differ("color", name, colors.get(name), is.color.get(name)),
    ),
    ...(isRgb ? [] : differ("sampling", "chroma", sampled, chromaOf(is.pixelFormat))),
    ...differ("sampling", "bits", Math.max(8, bitsOf(was.pixelFormat)), bitsOf(is.pixelFormat)),
    ...differ("transparency", "transparency", was.isTransparent, is.isTransparent),
    ...differ("captions", "frames with captions", was.captions, is.captions),
  ];
}

/** Bits a sample of a pixel format; deeper ones than 10 are not written. */
function bitsOf(pixelFormat: string): number {
  return Number(/(?:p|gray|^p0)(9|1[0246])(?:le|be)$/.exec(pixelFormat)?.[1] ?? 8);
}

/** A chapter's start, in seconds, to the clocks that containers keep them by. */
const chapterStart = 0.002;
/** Its end: QuickTime has the last one end with the file, to the last packet of sound. */
const chapterEnd = 0.03;

function compareChapters(before: FileFacts, after: FileFacts): Difference[] {
  const [was, is] = [before.chapters, after.chapters];
  if (was.length !== is.length) return differ("chapters", "chapters", was.length, is.length);
  return was.flatMap((chapter, index) => {
    const now = is[index]!;
    const isMoved =
      Math.abs(now.start - chapter.start) > chapterStart || Math.abs(now.end - chapter.end) > chapterEnd;
    const moved = `chapter ${index} ${now.start}–${now.end} s, was ${chapter.start}–${chapter.end} s`;
    return [
      ...(isMoved ? [{ aspect: "chapters", detail: moved } as const] : []),
      ...differ("chapters", `chapter ${index}'s title`, chapter.title, now.title),
    ];
  });
}

function differMaps(
  aspect: Aspect,
  was: ReadonlyMap<string, string>,
  is: ReadonlyMap<string, string>,
): Difference[] {
  const names = new Set([...was.keys(), ...is.keys()]);
  return [...names].flatMap((name) => differ(aspect, name, was.get(name), is.get(name)));
}

/** How chroma is sampled, in the usual words; grey counts as 4:2:0, as which it is encoded. */
function chromaOf(pixelFormat: string): string {
  if (/444|gbr/.test(pixelFormat)) return "4:4:4";
  if (/440/.test(pixelFormat)) return "4:4:0";
  if (/422|uyvy|yvyu|yuyv|nv16|nv20/.test(pixelFormat)) return "4:2:2";
  if (/411|uyyvyy/.test(pixelFormat)) return "4:1:1";
  return /410/.test(pixelFormat) ? "4:1:0" : "4:2:0";
}

function rounded(value: number): string {
  // Matroska keeps degrees, whose sines are not whole
  return String(Math.round(value * 1000) / 1000 + 0);
}
