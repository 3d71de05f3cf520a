/** What cannot be compared, and what to do about it. */

import type { Size } from "@tatami/core";
import { formatSize, TatamiError } from "@tatami/core";
import type { VideoName } from "./options.ts";

/** A video that may be compared with others. */
export interface SizedVideo {
  readonly name: VideoName;
  readonly file: string;
  readonly size: Size;
}

/** The size that all have. @throws TatamiError `invalid-option` that says which one is otherwise. */
export function checkSizes(videos: readonly SizedVideo[]): Size {
  const { width, height } = videos[0]!.size;
  if (videos.every(({ size }) => size.width === width && size.height === height)) return { width, height };
  const told = videos.map(({ file, size }) => `${file} is ${formatSize(size)}`).join(", ");
  const reference = videos.find(({ name }) => name === "reference");
  throw new TatamiError({
    code: "invalid-option",
    message: `Only videos of one size can be compared: ${told}.`,
    fix: reference
      ? "Give the large original as --reference, and two enlargements of its size; tatami upscale makes them."
      : "Bring both to one size first; to compare an enlargement with its source, enlarge that by another way too.",
  });
}

/** The error for a video that has another size from some time on. */
export function changesSize(
  file: string,
  time: number,
  was: Size,
  is: Size,
): TatamiError<"unsupported-feature"> {
  return new TatamiError({
    code: "unsupported-feature",
    message: `${file} is ${formatSize(was)} at first and ${formatSize(is)} at ${time.toFixed(3)} s.`,
    fix: "Compare the parts of one size on their own.",
  });
}

/** The error for videos without a pair of frames. */
export function nothingInCommon(
  videos: readonly { readonly file: string; readonly frames: number }[],
): TatamiError<"invalid-option"> {
  const told = videos.map(({ file, frames }) => `${frames} frames in ${file}`).join(", ");
  return new TatamiError({
    code: "invalid-option",
    message: `No frames are shown at the same time: ${told}.`,
    fix: "Compare versions of one video that begin and end together.",
  });
}
