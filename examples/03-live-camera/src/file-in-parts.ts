/** A file that grows while it is written, as a Blob: a browser may keep that on disk, where memory is short. */

import type { StreamTargetChunk } from "mediabunny";

/** What is written, and where it comes to be. */
export interface FileInParts {
  readonly writable: WritableStream<StreamTargetChunk>;
  /** What has been written so far. */
  blob(): Blob;
}

/** Parts are put one after another, or over what is there, as an MP4's lengths are at its end. */
export const createFileInParts = (): FileInParts => {
  let blob = new Blob();
  return {
    writable: new WritableStream({
      write: ({ data, position }) => {
        const end = position + data.byteLength;
        blob = new Blob([blob.slice(0, position), data, ...(end < blob.size ? [blob.slice(end)] : [])]);
      },
    }),
    blob: () => blob,
  };
};
