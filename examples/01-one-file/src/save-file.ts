/** Names the result, and asks where to write it when it goes straight to disk. */

/** Endings of the containers that can be written. */
const typesByEnding: Readonly<Record<string, string>> = {
  mp4: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/x-matroska",
};

interface SavePicker {
  showSaveFilePicker(options: {
    suggestedName: string;
    types: { description: string; accept: Record<string, string[]> }[];
  }): Promise<FileSystemFileHandle>;
}

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

/** Whether this browser can write straight to disk. */
export const canWriteToDisk = (): boolean => "showSaveFilePicker" in window;

/** Asks for a place; `undefined` when the person thinks better of it. Call it from a click. */
export const askForFile = async (suggestedName: string): Promise<FileSystemFileHandle | undefined> => {
  const ending = suggestedName.slice(suggestedName.lastIndexOf(".") + 1);
  try {
    return await (window as unknown as SavePicker).showSaveFilePicker({
      suggestedName,
      types: [{ description: "Video", accept: { [typesByEnding[ending] ?? "video/mp4"]: [`.${ending}`] } }],
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
};
