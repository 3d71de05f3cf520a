/** Names the result after what it was made of. */

/** Endings of the containers that can be written, and their types. */
export const typesByEnding: Readonly<Record<string, string>> = {
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/x-matroska",
};

/**
 * "frog.mp4" marked "480x320" gives "frog-480x320.mp4". A mark of that kind already there is replaced;
 * the ending is the container's when one is given.
 */
export const resultName = (name: string, mark: string, container?: string): string => {
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const ending = container ?? name.slice(stem.length + 1).toLowerCase();
  const plain = stem.replace(/-\d+x\d+$/, "") || stem;
  return `${plain}-${mark}.${ending in typesByEnding ? ending : "mp4"}`;
};
