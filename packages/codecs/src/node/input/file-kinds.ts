/**
 * Which files of a folder are taken, by their names: to look into each of thousands takes minutes, and a script or a
 * song would be opened for nothing. A file that is named by itself is opened whatever it is called.
 */

import { extname } from "node:path";

/** Endings of the files of video that FFmpeg opens, as cameras, phones, recorders and old programs write them. */
const videoEndings =
  "mp4 m4v mov qt mkv webm avi divx wmv asf ts m2t mts m2ts mpg mpeg m1v m2v vob flv f4v 3gp 3g2 ogv ogm mxf dv rm rmvb nut y4m gif";

/** Endings of the pictures that are read and written. */
const pictureEndings = "png jpg jpeg webp avif";

const kinds: ReadonlyMap<string, "video" | "picture"> = new Map([
  ...videoEndings.split(" ").map((ending) => [`.${ending}`, "video"] as const),
  ...pictureEndings.split(" ").map((ending) => [`.${ending}`, "picture"] as const),
]);

/** What a file is by its name, capitals or not; nothing for what is neither video nor picture. */
export function kindOfFile(name: string): "video" | "picture" | undefined {
  return kinds.get(extname(name).toLowerCase());
}
