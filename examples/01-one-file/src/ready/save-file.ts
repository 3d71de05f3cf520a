/** Asks where to write the result when it goes straight to disk. */

import { typesByEnding } from "@tatami/example-parts/file/result-name";

interface SavePicker {
  showSaveFilePicker(options: {
    suggestedName: string;
    types: { description: string; accept: Record<string, string[]> }[];
  }): Promise<FileSystemFileHandle>;
}

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
